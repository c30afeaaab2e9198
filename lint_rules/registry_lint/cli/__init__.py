"""The command `registry-lint`: arguments in, lines and an exit status out.

What a command needs is imported after it is known that its last run cannot simply be printed again.
"""

from __future__ import annotations

import sys

from registry_lint.cli.replay import replay

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return 0 when clean, 1 when it found something, 2 for misuse or unreadable input."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        status = replay(words, sys.stdout, sys.stderr)
        if status is None:
            from registry_lint.cli import dispatch

            status = dispatch.run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        from registry_lint.cli import dispatch

        return dispatch.closed()
    except KeyboardInterrupt:
        from registry_lint.cli import dispatch

        return dispatch.interrupted()
    except Exception as error:
        from registry_lint.cli import dispatch

        return dispatch.failed(error)
    return status
