"""From a folder to its gallery, with no more in memory than what is shown."""

import heapq
import logging
from collections.abc import Iterator
from pathlib import Path

from digitlens.data import labelled_pictures
from digitlens.files import whole_file
from digitlens.gallery.exhibit import Exhibit
from digitlens.gallery.judge import Judged, Tally, judged
from digitlens.gallery.page import gallery_page
from digitlens.reader import Reader

__all__ = ["MOST", "write_gallery"]

MOST = 500
"""Pictures on a page: some 40 MB, which browsers still scroll smoothly."""

log = logging.getLogger("digitlens")


def write_gallery(
    folder: Path, page: Path, reader: Reader, *, single: bool = False, most: int = MOST
) -> Tally:
    """Read a labelled folder and write a page of what was read wrong, refused or no picture.

    The page is one file, written whole or not at all. A picture that cannot be read is logged, counted and
    shown as such.

    Args:
        folder: what `digitlens.data.labelled_pictures` takes.
        page: the HTML file to write.
        reader: reads each picture as a page, or as a single glyph where all labels are one character.
        single: read all as a single glyph, whatever their labels.
        most: show no more than so many, those first that were read wrong with the most confidence.

    Raises:
        DatasetError: the folder has no labelled pictures.
        OSError: the page cannot be written.
    """
    pictures = labelled_pictures(folder)
    single = single or all(len(picture.label) == 1 for picture in pictures)
    tally = Tally()
    with whole_file(page) as temporary:  # at once: who has waited for the readings should get a page
        failures = _failures(judged(reader, pictures, single=single), folder, tally)
        shown = heapq.nlargest(most, failures, key=lambda exhibit: exhibit.weight)
        text = gallery_page(folder.resolve().name, reader.network.name, tally, shown)
        # The name of a file may hold bytes that are no text; they are shown as escapes.
        temporary.write_text(text, encoding="utf-8", errors="backslashreplace")
    return tally


def _failures(all_judged: Iterator[Judged], folder: Path, tally: Tally) -> Iterator[Exhibit]:
    """Yield the failures among all that was read; all of it is counted."""
    for one in all_judged:
        tally.add(one)
        if one.reading.error is not None:
            log.warning("%s", one.reading.error)
        if one.outcome != "right":
            yield Exhibit.of(one, folder)
