"""``python -m digitlens`` is the same as ``digitlens``."""

from digitlens.cli import main

main(prog_name="digitlens")
