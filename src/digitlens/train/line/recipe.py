"""Recipes of line networks."""

from dataclasses import dataclass

from digitlens.train.drawn.recipe import DrawnRecipe

__all__ = ["LINE_RECIPES", "LineRecipe"]


@dataclass(frozen=True)
class LineRecipe(DrawnRecipe):
    """The settings of training a line network.

    Attributes:
        strips: that an epoch shows for each view of each scene; those there are are shown as often as it takes.
        widths: channels, see `digitlens.train.line.net.line_net`.
        depth: convolutions along the line.
    """

    widths: tuple[int, int, int, int, int] = (16, 32, 48, 64, 128)
    depth: int = 3
    strips: int = 2

    @property
    def steps(self) -> int:
        """The steps of an epoch."""
        return max(1, self.scenes * self.views * self.strips // self.batch_size)


LINE_RECIPES = {
    "lines": LineRecipe(name="lines", epochs=8, scenes=4_000, views=3, batch_size=32, validation=256)
}
