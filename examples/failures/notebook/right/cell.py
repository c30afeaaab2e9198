from __future__ import annotations

from work import apply_all

if __name__ == "__main__":
    print(apply_all("double", [1, 2, 3]))
