"""A reading as people see it: in a line, drawn onto its picture, as HTML. What draws is imported when it is needed."""

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any

from digitlens.types.pictures import Pixels
from digitlens.wording import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from digitlens.types.lines import Line
    from digitlens.types.reading import Reading

__all__ = ["drawn", "html_of", "needed", "plotted", "summary"]

NOTEBOOK_SIDE = 768
"""Pixels of the longer side that a picture has in a notebook."""

TINY_ROOM = 480
"""Pixels that a tiny picture's longer side is given, so that labels find room."""


def summary(reading: "Reading") -> str:
    """All of a reading in one line."""
    name = "" if reading.file is None else f" {reading.file!r}"
    page = f" page {reading.page}" if reading.page > 1 else ""
    if reading.error is not None:
        return f"<Reading{name}{page}: {reading.error.code}, {' '.join(str(reading.error).split())}>"
    count = len(reading.glyphs)
    glyphs = f"{count} glyph{'s' * (count != 1)}"
    return f"<Reading{name}{page}: {reading.text!r}, {glyphs}, {_verdict(reading)}>"


def drawn(reading: "Reading", picture: Pixels | None = None) -> Pixels:
    """Draw a reading onto its picture, or the same one in other pixels; a tiny one is enlarged pixel by pixel.

    Raises:
        ValueError: there is no picture.
    """
    from digitlens.annotate import annotated  # noqa: PLC0415 - it brings Pillow
    from digitlens.html.images import tiny  # noqa: PLC0415

    view = reading.view
    pixels = view.pixels if picture is None and view is not None else picture
    if pixels is None:
        raise ValueError("the reading holds no picture: give the one that was read, draw(pixels)")
    height, width = pixels.shape[:2]
    wide, high = (width, height) if view is None else view.size
    times = TINY_ROOM // max(width, height) if tiny(pixels) else 1
    if times > 1:
        pixels = pixels.repeat(times, axis=0).repeat(times, axis=1)
    return annotated(pixels, reading, (times * width / wide, times * height / high))


def plotted(reading: "Reading", ax: "Axes | None" = None) -> "Axes":
    """Draw a reading with Matplotlib.

    Raises:
        ModuleNotFoundError: it is not installed.
        ValueError: there is no picture.
    """
    pixels = drawn(reading)
    axes = needed("matplotlib.pyplot").subplots()[1] if ax is None else ax
    axes.imshow(pixels)
    axes.set_axis_off()
    axes.set_title(f"{' | '.join(reading.text.splitlines())}\n{_verdict(reading)}".strip())
    return axes


def html_of(reading: "Reading") -> str:
    """The picture with what was read drawn on it, and a table of its lines; whatever text goes in is escaped."""
    from xml.etree.ElementTree import tostring  # noqa: PLC0415

    from digitlens.html.images import image_uri  # noqa: PLC0415
    from digitlens.html.page import element, table  # noqa: PLC0415

    parts = [element("p", summary(reading)[1:-1])]
    if reading.view is not None and reading.error is None:
        alt = f"The picture, what was read in it boxed: {reading.text or 'nothing'}"
        source = image_uri(drawn(reading), NOTEBOOK_SIDE)
        parts.append(element("img", src=source, alt=alt, style="max-width: 100%"))
    if reading.lines:
        parts.append(table(["line", "text", "numbers", "least sure", ""], _rows(reading)))
    return tostring(element("div", *parts), encoding="unicode", method="html")


def needed(module: str) -> Any:
    """Import a module that only notebooks need.

    Raises:
        ModuleNotFoundError: it is not installed; the message says how to.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        raise ModuleNotFoundError(
            f"This needs {package}, which is not installed: pip install 'digitlens[notebook]'.", name=package
        ) from error


def _rows(reading: "Reading") -> Iterator[list[str]]:
    for number, line in enumerate(reading.lines, start=1):
        least = min((glyph.confidence for glyph in line.glyphs), default=0.0)
        numbers = ", ".join(each.text for each in line.numbers)
        yield [str(number), line.text, numbers, percent(least), _verdict(line)]


def _verdict(whole: "Reading | Line") -> str:
    """``accepted``, or why a person should look."""
    if whole.accepted:
        return "accepted"
    if not whole.glyphs:
        return "blank"
    doubts = (*whole.doubts, *(doubt for line in getattr(whole, "lines", ()) for doubt in line.doubts))
    reasons = [each.reason for each in (*doubts, *whole.glyphs) if each.reason]
    return f"look: {', '.join(dict.fromkeys(reasons))}"
