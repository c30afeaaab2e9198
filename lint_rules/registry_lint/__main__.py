"""`python -m registry_lint` is `registry-lint`."""

from __future__ import annotations

import sys

from registry_lint.cli import main

if __name__ == "__main__":
    sys.exit(main())
