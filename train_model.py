"""Trains the network: ``python train_model.py`` downloads MNIST, trains, tests, and saves everything here.

The same as ``digitlens train``, whose options it takes; ``python train_model.py --help`` lists them.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "src"))

from digitlens.cli import main  # the path comes first

if __name__ == "__main__":
    main(["train", *sys.argv[1:]], prog_name="train_model.py")
