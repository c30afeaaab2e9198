"""How a script or a notebook is read into the program that runs as the main module."""

from __future__ import annotations

import json
from pathlib import Path

from registry_lint import source
from registry_lint.verify.interpreter import TargetError


def read_main(file: Path) -> str:
    """Return the program in a script, or in the code cells of a notebook without their magic lines.

    Raises TargetError when the file is not there or is not what its name says.
    """
    try:
        text = source.decode(source.read_bytes(file))
        if file.suffix != ".ipynb":
            return text
        cells = [cell["source"] for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    except OSError as error:
        raise TargetError(f"{file}: cannot be read: {error.strerror or error}") from None
    except (ValueError, SyntaxError, LookupError, TypeError) as error:
        raise TargetError(f"{file}: not a program: {source.one_line(error)}") from None
    lines = [line for cell in cells for line in (*"".join(cell).splitlines(), "")]
    return "\n".join(line for line in lines if not line.startswith(("%", "!")))
