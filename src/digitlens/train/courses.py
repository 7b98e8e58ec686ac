"""The kinds of networks that learn from drawn scenes, and their recipes.

``python -m digitlens.train.courses CHECKPOINT OUT.onnx`` writes what a run that goes on meanwhile has come to.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from digitlens.errors import TrainingError
from digitlens.train.drawn.export import DrawnExport, averaged, export_drawn
from digitlens.train.drawn.fit import Lesson
from digitlens.train.drawn.pool import Draw
from digitlens.train.drawn.recipe import DrawnRecipe
from digitlens.train.drawn.run import Course, DrawnJob
from digitlens.train.line.answers import LINE_ANSWERS
from digitlens.train.line.fit import line_lesson
from digitlens.train.line.recipe import LINE_RECIPES, LineRecipe
from digitlens.train.line.strips import LineScenes
from digitlens.train.page.answers import PAGE_ANSWERS
from digitlens.train.page.fit import page_lesson
from digitlens.train.page.recipe import PAGE_RECIPES, PageRecipe
from digitlens.train.page.scenes import SheetScenes
from digitlens.train.page.targets import CELL_STRIDE, PAGE_LABELS, UNIT

__all__ = ["COURSES", "DRAWN_RECIPES", "LINES", "PAGE_COURSE", "export_checkpoint"]


def _pages(job: DrawnJob, draw: Draw[Any] | None) -> Lesson[Any]:
    recipe = cast("PageRecipe", job.recipe)
    return page_lesson(recipe, draw or SheetScenes(recipe.width, recipe.height), job.start)


def _lines(job: DrawnJob, draw: Draw[Any] | None) -> Lesson[Any]:
    recipe = cast("LineRecipe", job.recipe)
    return line_lesson(recipe, draw or LineScenes(recipe.width, recipe.height), job.start)


PAGE_COURSE = Course("pages", "F1", PAGE_LABELS, _pages, PAGE_ANSWERS, {"stride": CELL_STRIDE, "unit": UNIT})
LINES = Course(
    "lines", "Exact", PAGE_LABELS, _lines, LINE_ANSWERS, {"stride": CELL_STRIDE, "multiple": CELL_STRIDE}
)

DRAWN_RECIPES: dict[str, DrawnRecipe] = {**PAGE_RECIPES, **LINE_RECIPES}
"""All recipes of networks that learn from drawn scenes, by name."""

COURSES: dict[str, Course] = {"pages": PAGE_COURSE, "lines": LINES}
"""The course of each kind of network."""


def export_checkpoint(checkpoint: Path, path: Path) -> DrawnExport:
    """Write the averaged weights of a run's checkpoint folder as ONNX, without a card.

    Raises:
        TrainingError: the folder holds no checkpoint of a network that learns from drawn scenes.
    """
    try:
        settings = json.loads((checkpoint / "progress.json").read_text(encoding="utf-8"))["identity"][
            "recipe"
        ]
        recipe = DRAWN_RECIPES[settings["name"]]
        values = {
            name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()
        }
        job = DrawnJob(replace(recipe, **values))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(
            f"{checkpoint} is not the checkpoint of a network that learns from drawn scenes ({error}). "
            f"Give the folder that a run with --recipe {' or '.join(DRAWN_RECIPES)} has made."
        ) from error
    course = COURSES[job.recipe.name]
    net = course.lesson(job, None).plain_net()
    averaged(net, checkpoint)
    return export_drawn(net, path, course.answers, job.recipe.stored)


if __name__ == "__main__":
    print(export_checkpoint(Path(sys.argv[1]), Path(sys.argv[2])))
