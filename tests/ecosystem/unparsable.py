"""Names the Python files in a folder that this interpreter cannot parse.

Run by the interpreter that checks, since what can be parsed differs from one to the next.
"""

from __future__ import annotations

import ast
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")
for file in sorted(Path(sys.argv[1]).glob("*.py")):
    try:
        ast.parse(file.read_bytes())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        print(file.name)
