"""A reading: what was read in one picture."""

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from digitlens.errors import DigitLensError
from digitlens.types.boxes import Doubt, Reason
from digitlens.types.display import drawn, html_of, needed, plotted, summary
from digitlens.types.glyphs import Glyph
from digitlens.types.lines import Line
from digitlens.types.pictures import Pixels, Step, View

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

__all__ = ["Reading", "RowKind"]

RowKind: TypeAlias = Literal["page", "number", "glyph"]
"""The unit of a row of a table."""


@dataclass(frozen=True, slots=True, repr=False)
class Reading:
    """The reading of one picture, or the error that kept it from being read.

    Attributes:
        file: the path exactly as given, None where the picture had none.
        page: 1 for the first page of the file.
        lines: the lines from top to bottom; empty where the picture is blank.
        model: ``NAME@VERSION`` of the network that read it.
        ms: wall time of this picture from opening to answer, milliseconds.
        steps: the way from the picture to what the network saw.
        error: why it could not be read.
        doubts: why the whole of it cannot be accepted, beyond those of its lines.
        view: the picture, to be shown with what was read in it; None where nobody kept it. Not compared, and not in
            the JSON.
    """

    file: str | None
    model: str
    page: int = 1
    lines: tuple[Line, ...] = ()
    ms: float = 0.0
    steps: tuple[Step, ...] = field(default=(), repr=False)
    error: DigitLensError | None = None
    doubts: tuple[Doubt, ...] = ()
    view: View | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        """All of it in one line, such as ``<Reading 'a.jpg': '4071', 4 glyphs, look: unsure>``."""
        return summary(self)

    @property
    def text(self) -> str:
        """The lines, separated by a newline; ``""`` for a blank picture."""
        return "\n".join(line.text for line in self.lines)

    @property
    def glyphs(self) -> tuple[Glyph, ...]:
        """All glyphs in reading order."""
        return tuple(glyph for line in self.lines for glyph in line.glyphs)

    @property
    def accepted(self) -> bool:
        """True where there are glyphs and the whole is right as far as can be told: none missing, none too many."""
        return bool(self.glyphs) and not self.doubts and all(line.accepted for line in self.lines)

    @property
    def all_doubts(self) -> tuple[Doubt, ...]:
        """Its own doubts and those of its lines."""
        return (*self.doubts, *(doubt for line in self.lines for doubt in line.doubts))

    @property
    def reason(self) -> Reason | None:
        """Why a person should look: the first doubt's or glyph's reason, ``blank`` without either; None if accepted."""
        told: tuple[Doubt | Glyph, ...] = (*self.all_doubts, *self.glyphs)
        reasons: list[Reason] = [each.reason for each in told if each.reason is not None]
        if reasons:
            return reasons[0]
        return None if self.error is not None or self.glyphs else "blank"

    def to_dict(self) -> dict[str, Any]:
        """The reading, or its error, as the JSON contract has it."""
        if self.error is not None:
            return {"file": self.file, "error": self.error.to_dict()}
        return {
            "file": self.file,
            "page": self.page,
            "text": self.text,
            "accepted": self.accepted,
            "reason": self.reason,
            "model": self.model,
            "ms": round(self.ms, 3),
            "lines": [line.to_dict() for line in self.lines],
            "doubts": [doubt.to_dict() for doubt in self.doubts],
        }

    def to_dicts(self, rows: RowKind = "number") -> list[dict[str, Any]]:
        """The rows that a table has of it, as of `digitlens batch`: at least one, also for a blank page or an error.

        Args:
            rows: what a row stands for: ``"page"``, ``"number"`` or ``"glyph"``.
        """
        from digitlens.types.rows import rows_of  # noqa: PLC0415 - they are made of readings

        return [asdict(row) for row in rows_of(self, rows)]

    def to_pandas(self, rows: RowKind = "number") -> "DataFrame":
        """The same rows as a data frame.

        Raises:
            ModuleNotFoundError: pandas is not installed; the message says how to.
        """
        from digitlens.types.rows import columns  # noqa: PLC0415

        pandas = needed("pandas")
        return pandas.DataFrame(self.to_dicts(rows), columns=[*columns(rows)])

    def draw(self, picture: Pixels | None = None) -> Pixels:
        """The picture with a box round each glyph, its label beside it, and dashed boxes where to look.

        Args:
            picture: the picture in more pixels than the reading keeps, upright, uint8 (H, W), (H, W, 3) RGB or
                (H, W, 4) RGBA.

        Returns:
            uint8 (H, W, 3), RGB.

        Raises:
            ValueError: no picture was given, and none was kept.
        """
        return drawn(self, picture)

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw the same with Matplotlib.

        Args:
            ax: where to; left out, in a new figure.

        Raises:
            ModuleNotFoundError: Matplotlib is not installed; the message says how to.
            ValueError: as of `draw`.
        """
        return plotted(self, ax)

    def show(self) -> None:
        """Show the same: in a notebook beneath its cell, elsewhere in a window that the program waits for.

        Raises:
            ModuleNotFoundError, ValueError: as of `plot`.
        """
        self.plot()
        needed("matplotlib.pyplot").show()

    def _repr_html_(self) -> str:
        """The picture with what was read drawn on it, and the lines as a table, for notebooks."""
        return html_of(self)
