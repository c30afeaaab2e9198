"""Names from checked files, made harmless for the place that they are printed to."""

from __future__ import annotations

import re

# `isprintable` is false for controls, bidirectional marks, lone surrogates and all spaces but one.
_CODES = ((0x100, "\\x{:02x}"), (0x10000, "\\u{:04x}"), (0x110000, "\\U{:08x}"))


def printable(text: str) -> str:
    """Return text in one line that cannot steer a terminal: what is not printable is escaped."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else _escape(character) for character in text)


def _escape(character: str) -> str:
    number = ord(character)
    return next(form.format(number) for limit, form in _CODES if number < limit)


def annotation_message(text: str) -> str:
    """Return text as the message of a GitHub workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def annotation_property(text: str) -> str:
    """Return text as a property of a GitHub workflow command."""
    return annotation_message(text).replace(":", "%3A").replace(",", "%2C")


def sarif_message(text: str) -> str:
    """Return text as a SARIF message, in which no name of a program can pose as a link (SARIF, 3.11.6)."""
    text = printable(text)
    return re.sub(r"([\[\]])", r"\\\1", text) if "](" in text else text


def well_formed(text: str) -> str:
    """Return text that can be encoded: undecodable bytes of a file name become escapes."""
    return re.sub("[\ud800-\udfff]", lambda match: _escape(match[0]), text)
