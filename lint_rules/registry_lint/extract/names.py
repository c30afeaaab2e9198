"""What Python makes of a private name in a class."""

from __future__ import annotations


def mangled(name: str, owner: str) -> str:
    """Return a name as the class `owner` around it makes it private (Reference, "Identifiers (Names)").

    Outside of any class (`owner` is empty) every name stays as it is.
    """
    if name[:2] != "__" or name[-2:] == "__" or not owner.strip("_"):
        return name
    return f"_{owner.lstrip('_')}{name}"
