from __future__ import annotations

from filters import add_filter
from work import apply_all


def double(value: int) -> int:
    return 2 * value


if __name__ == "__main__":
    add_filter("double", double)  # REG202
    print(apply_all("double", [1, 2, 3]))
