"""What runs inside the observed processes, under any Python, from the standard library alone.

The modules are sent there as one text (see `shipping`), never imported there by name: a worker
of the user's program finds nothing of ours on its path. They import each other only in the
form that `shipping` takes out.
"""

from __future__ import annotations
