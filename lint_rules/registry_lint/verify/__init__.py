"""The proof: runs a program in real processes and shows what each of them holds of every registry.

This package alone imports and runs the code it is pointed at, and always in other processes.
"""

from __future__ import annotations
