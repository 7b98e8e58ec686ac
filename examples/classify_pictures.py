"""Read pictures of one digit each, and say which of them a person should look at.

python examples/classify_pictures.py a.png b.jpg     # without any, pictures that DigitLens brings
"""

import sys
from collections.abc import Sequence

from digitlens import Reader
from digitlens.data.samples import SAMPLES, draw


def main(paths: Sequence[str]) -> int:
    """Print a line a picture; the exit code is 1 where one could not be read."""
    names, pictures = (paths, paths) if paths else (list(SAMPLES), [draw(name) for name in SAMPLES])
    failed = 0
    for name, reading in zip(names, Reader().classify_many(pictures, errors="yield"), strict=True):
        if reading.error:
            failed += 1
            print(f"{name}: {reading.error}")
        elif reading.accepted:
            print(f"{name}: {reading.text} ({reading.glyphs[0].confidence:.1%})")
        else:
            print(f"{name}: look at it: {reading.reason}")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
