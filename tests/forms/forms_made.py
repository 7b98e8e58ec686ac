"""The three forms of the documentation, drawn, filled in and taken."""

import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from digitlens.data.synth.blanks import Blank, draw_blank
from digitlens.data.synth.fills import fill, values_for
from digitlens.data.synth.taken import Photographed, photograph, scan
from digitlens.forms import Form

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def example(name: str, folder: Path) -> tuple[Blank, Form]:
    """An example of the documentation: its blank is drawn, its file is the one that is shown there."""
    blank = draw_blank(name)
    Image.fromarray(blank.pixels).save(folder / f"{name}.png")
    shutil.copy(EXAMPLES / f"{name}.toml", folder)
    return blank, Form.load(folder / f"{name}.toml")


def filled(
    blank: Blank, seed: int, *, photo: bool = False, upside_down: bool = False
) -> tuple[dict[str, str], Photographed]:
    """What is written on a sheet, and its picture."""
    rng = np.random.default_rng(seed)
    values = values_for(blank, rng)
    sheet = fill(blank, values, rng)
    if photo:
        return values, photograph(sheet, rng, upside_down=upside_down)
    return values, scan(sheet, rng, turn=float(rng.uniform(-5, 5)), upside_down=upside_down)
