"""What the findings in Python compare with: what was seen when each was written."""

from typing import Any

__all__ = ["check"]


def check(what: str, now: Any, seen: Any) -> None:
    """Print what ``what`` is now, and end the program with exit code 1 unless it is what was seen."""
    print(f"{what}: {now}")
    if now != seen:
        raise SystemExit(f"CHANGED: {seen} was seen when this was written.")
