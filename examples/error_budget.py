"""How much work does a promise cost? The lower the error rate asked for, the more pictures a person must look at.

python examples/error_budget.py digits/*.png         # without any, pictures that DigitLens brings
"""

import sys
from collections.abc import Sequence

from digitlens import Reader
from digitlens.data.samples import SAMPLES, draw

BUDGETS = (0.05, 0.005, 0.001)


def main(paths: Sequence[str]) -> int:
    """Print, for each error rate, how many pictures are accepted."""
    pictures = list(paths) or [draw(name) for name in SAMPLES]
    for budget in BUDGETS:
        readings = Reader(max_error=budget).classify_many(pictures, errors="yield")
        accepted = sum(reading.accepted for reading in readings)
        print(f"at most {budget:.1%} wrong: {accepted} of {len(pictures)} accepted")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
