"""Why a glyph reads as it does: one way for pictures and glyphs, every label, clear errors."""

import numpy as np
import pytest

from digitlens import Explanation, Reader
from digitlens.data.samples import draw
from digitlens.errors import NothingToExplain, UnknownLabel, UnreadableImage
from digitlens.model import grad_cam, occlusion
from written import page_of


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def same(one: Explanation, other: Explanation) -> bool:
    """Whether two explanations are alike to the last bit."""
    return (one.label, one.read, one.confidence, one.model) == (
        other.label,
        other.read,
        other.confidence,
        other.model,
    ) and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in ("frame", "gradcam", "occlusion")
    )


def test_a_picture_is_explained_as_its_glyph_is(reader, tmp_path):
    (tmp_path / "three.jpg").write_bytes(draw("pen"))
    (glyph,) = reader.classify(draw("pen")).glyphs
    found = reader.explain(tmp_path / "three.jpg")
    assert same(found, reader.explain(glyph))
    assert same(found, reader.explain(draw("pen"), "3"))
    assert (found.label, found.read, found.confidence) == ("3", "3", glyph.confidence)
    assert found.model == reader.network.name
    assert found.frame is glyph.frame or np.array_equal(found.frame, glyph.frame)
    for map_ in (found.gradcam, found.occlusion):
        assert map_.shape == (28, 28)
        assert map_.dtype == np.float32
    assert (found.gradcam.min(), found.gradcam.max()) == (pytest.approx(0, abs=0.2), 1)


def test_each_label_has_maps_of_its_own_column(reader):
    (glyph,) = reader.classify(draw("doubtful")).glyphs
    for column, label in enumerate([*"0123456789", ""]):
        found = reader.explain(glyph, label)
        assert (found.label, found.read) == (label, glyph.label)
        (expected,) = grad_cam(reader.network, glyph.frame[None], np.array([column]))
        np.testing.assert_array_equal(found.gradcam, expected)
        np.testing.assert_array_equal(found.occlusion, occlusion(reader.network, glyph.frame, column))
        confidence = glyph.probabilities[label] if label else 1 - glyph.digit_score
        assert found.confidence == confidence


def test_what_speaks_for_the_read_one_speaks_against_its_rival(reader):
    (glyph,) = reader.classify(draw("doubtful")).glyphs
    (best, first), (rival, second) = glyph.top(2)
    assert first + second > 0.95  # between the two, so that their log-odds mirror each other
    one, other = (reader.explain(glyph, label).occlusion for label in (best, rival))
    assert np.corrcoef(one.ravel(), other.ravel())[0, 1] < -0.8


def test_glyphs_of_a_page_are_explained_by_their_own_frames(reader):
    glyphs = reader.read(page_of(["4071", "22"])).glyphs
    for glyph in glyphs:
        found = reader.explain(glyph)
        assert found.label == found.read == glyph.label
        np.testing.assert_array_equal(found.frame, glyph.frame)
        assert found.occlusion.max() > 1  # nats: without some of its ink each is far less of a digit


def test_what_is_no_digit_is_explained_by_its_class_or_by_the_best_guess(reader):
    refused = reader.explain(draw("scribble"))
    assert (refused.label, refused.read) == ("", "")
    assert refused.confidence > 0.5
    textbook = Reader("classic")
    (glyph,) = textbook.classify(draw("scribble")).glyphs
    found = textbook.explain(glyph)
    assert found.label == glyph.top(1)[0][0]
    assert found.read == glyph.label


def test_an_unknown_label_is_told_with_those_there_are(reader):
    with pytest.raises(
        UnknownLabel, match=r"robust@\w+ knows no label 'x'. Name one of 0, 1, .*, 9, \"\" \(not a"
    ):
        reader.explain(draw("pen"), "x")
    with pytest.raises(UnknownLabel, match=r"Name one of 0, 1, .*, 9\.$"):
        Reader("classic").explain(draw("pen"), "")


@pytest.mark.parametrize("label", [None, "3"])
def test_a_blank_picture_has_nothing_to_explain(reader, label):
    with pytest.raises(NothingToExplain, match="Nothing is written"):
        reader.explain(draw("blank"), label)
    with pytest.raises(NothingToExplain, match="shows a letter"):
        Reader(alphabet="letters").explain(draw("blank"))


def test_a_sign_has_nothing_to_explain(reader):
    glyphs = reader.read(page_of(["12.5"], gap=0.3)).glyphs
    (point,) = (glyph for glyph in glyphs if glyph.label == ".")
    with pytest.raises(NothingToExplain, match=r"'\.' is a sign"):
        reader.explain(point)


def test_what_is_no_picture_is_told(reader):
    with pytest.raises(UnreadableImage):
        reader.explain(b"no picture")
