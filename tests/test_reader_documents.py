"""Many pictures and documents read with the shipped network: sources, pages in their order, errors in their place."""

import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from digitlens import Reader
from digitlens.errors import ImageError, UnreadableImage
from made_files import png
from written import page_of


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def test_every_kind_of_source_reads_the_same_page(reader, tmp_path):
    page = page_of(["4071", "22"])
    (tmp_path / "a.png").write_bytes(png(page))
    colour = np.repeat(page[..., None], 3, axis=2)
    sources = [tmp_path / "a.png", png(page), io.BytesIO(png(page)), Image.fromarray(page), page, colour]
    readings = list(reader.read_many(sources))
    assert [reading.text for reading in readings] == ["4071\n22"] * len(sources)
    assert all(reading.lines == readings[0].lines for reading in readings)
    assert [reading.file for reading in readings] == [str(tmp_path / "a.png"), *[None] * 5]


def document(*texts: list[str], kind: str = "TIFF") -> bytes:
    first, *others = (Image.fromarray(page_of(text)) for text in texts)
    buffer = io.BytesIO()
    first.save(buffer, kind, save_all=True, append_images=others)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["TIFF", "PDF"])
def test_a_document_is_a_reading_a_page(reader, kind):
    pytest.importorskip("pypdfium2")
    source = document(["4071", "22"], ["358"], kind=kind)
    readings = list(reader.read_many([source, page_of(["74"]), source]))
    assert [(reading.page, reading.text) for reading in readings] == [
        (1, "4071\n22"),
        (2, "358"),
        (1, "74"),
        (1, "4071\n22"),
        (2, "358"),
    ]
    assert reader.read(source).text == "4071\n22"  # the first page


def test_a_damaged_page_is_told_after_those_before_it(reader):
    cut = document(["4071"], ["22"], ["358"])
    cut = cut[: len(cut) // 2]  # the second page ends early, or its directory is lost
    readings = list(reader.read_many([cut, page_of(["74"])], errors="yield"))
    assert readings[0].text == "4071"
    assert readings[-1].text == "74"
    error = readings[-2]
    assert isinstance(error.error, UnreadableImage)
    assert error.page == 2
    assert error.lines == ()
    stream = reader.read_many([cut])
    assert next(stream).text == "4071"
    with pytest.raises(UnreadableImage, match="page 2"):
        next(stream)


def test_errors_are_told_in_their_place_or_raised(reader, tmp_path):
    missing = tmp_path / "missing.png"
    readings = list(reader.read_many([b"no picture", page_of(["74"]), missing], errors="yield"))
    assert [reading.text for reading in readings] == ["", "74", ""]
    assert readings[2].to_dict() == {"file": str(missing), "error": readings[2].error.to_dict()}
    with pytest.raises(ImageError):
        reader.read(b"no picture")


def test_pages_and_pictures_are_taken_as_they_are_needed(reader):
    taken = []

    def sources():
        for i in range(100):
            taken.append(i)
            yield document(["74"], ["35"])

    stream = reader.read_many(sources())
    assert taken == []
    assert [next(stream).text, next(stream).text] == ["74", "35"]
    assert taken == [0]
    next(stream)
    assert taken == [0, 1]
    stream.close()
    assert taken == [0, 1]


def test_threads_that_share_a_reader_read_the_same(reader):
    pages = [page_of([text[i:] + text[:i], text]) for text in ("4071", "2258", "936") for i in range(3)]
    alone = [reader.read(page).lines for page in pages]
    with ThreadPoolExecutor(8) as pool:
        together = [reading.lines for reading in pool.map(reader.read, pages * 3)]
    for one, other in zip(alone * 3, together, strict=True):
        assert [line.text for line in one] == [line.text for line in other]
        for glyph, same in zip(
            (glyph for line in one for glyph in line.glyphs),
            (glyph for line in other for glyph in line.glyphs),
            strict=True,
        ):
            assert glyph.box == same.box
            assert glyph.probabilities == pytest.approx(same.probabilities, abs=1e-5)
