"""Kasmina: blueprints of small networks that can be grown inside a larger one.

Importing this package costs nothing; `kasmina.blueprints` needs torch.
"""

from __future__ import annotations
