"""One JSON array a line."""

from __future__ import annotations

import json

from reports.registry import Formats, Rows


@Formats.register("json")
def as_json(rows: Rows) -> str:
    return "\n".join(map(json.dumps, rows))
