"""Recipes of page networks."""

from dataclasses import dataclass

from digitlens.train.drawn.recipe import DrawnRecipe

__all__ = ["PAGE_RECIPES", "PageRecipe"]


@dataclass(frozen=True)
class PageRecipe(DrawnRecipe):
    """The settings of training a page network.

    Attributes:
        widths: channels at strides 2, 4, 8, 16 and 32.
        head: channels of the last stage, at stride 4.
    """

    widths: tuple[int, int, int, int, int] = (16, 32, 80, 128, 160)
    head: int = 48


PAGE_RECIPES = {"pages": PageRecipe(name="pages", epochs=16, scenes=6_000, views=2, stored="int8")}
