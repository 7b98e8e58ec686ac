"""The benchmarks of DigitLens: tables, and JSON beside them.

    python benchmarks/run.py [reading] [models] [robustness] [training] [little] [pages] [explaining] [batch] [api]
        [app] [fields] [forms] [tables] [--json FILE]

All where none is named; all but `reading`, `explaining`, `api`, `app`, `forms` and `tables` need DIGITLENS_DATA.
Machines differ and are shared, so compare the rows of one run with one another, not those of two runs.
"""

import argparse
import importlib
import json
import platform
import sys
from pathlib import Path

PARTS = (
    "reading",
    "models",
    "robustness",
    "training",
    "little",
    "pages",
    "explaining",
    "batch",
    "api",
    "app",
    "fields",
    "forms",
    "tables",
)


def main() -> None:
    """Measure the parts one after another, print each, write all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART")
    target = Path(__file__).parent / "results" / "run.json"
    parser.add_argument("--json", type=Path, default=target, metavar="FILE")
    chosen = parser.parse_args()
    found = {
        "machine": platform.machine(),
        "system": platform.platform(),
        "python": platform.python_version(),
    }
    sys.path += [
        str(Path(__file__).parents[1] / "tests" / folder) for folder in ("", "browser")
    ]  # app's hands
    for part in chosen.parts or PARTS:
        rows = importlib.import_module(part).measure()
        print(f"\n{part}")
        for each in rows:
            print(f"  {each['what']:<56} {each['value']:>12,.3f} {each['unit']}")
        found[part] = rows
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(f"\nwritten to {chosen.json}")


if __name__ == "__main__":
    main()
