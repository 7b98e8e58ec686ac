"""From a folder to its gallery, with no more in memory than what is shown."""

import heapq
import logging
from collections.abc import Iterator
from pathlib import Path

from digitlens.data import labelled_pictures
from digitlens.error_report.evaluate import EvaluatedPicture, OutcomeCounts, evaluate_pictures
from digitlens.error_report.example import ErrorExample
from digitlens.error_report.page import error_report_page
from digitlens.files import atomic_write
from digitlens.reader import Reader

__all__ = ["MOST_EXAMPLES", "write_error_report"]

MOST_EXAMPLES = 500
"""Pictures on a page: some 40 MB, which browsers still scroll smoothly."""

log = logging.getLogger("digitlens")


def write_error_report(
    folder: Path, page: Path, reader: Reader, *, single: bool = False, most: int = MOST_EXAMPLES
) -> OutcomeCounts:
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
    counts = OutcomeCounts()
    with atomic_write(page) as temporary:  # at once: who has waited for the readings should get a page
        failures = _failures(evaluate_pictures(reader, pictures, single=single), folder, counts)
        shown = heapq.nlargest(most, failures, key=lambda exhibit: exhibit.weight)
        text = error_report_page(folder.resolve().name, reader.network.name, counts, shown)
        # The name of a file may hold bytes that are no text; they are shown as escapes.
        temporary.write_text(text, encoding="utf-8", errors="backslashreplace")
    return counts


def _failures(
    evaluated: Iterator[EvaluatedPicture], folder: Path, counts: OutcomeCounts
) -> Iterator[ErrorExample]:
    """Yield the failures among all that was read; all of it is counted."""
    for one in evaluated:
        counts.add(one)
        if one.reading.error is not None:
            log.warning("%s", one.reading.error)
        if one.outcome != "right":
            yield ErrorExample.of(one, folder)
