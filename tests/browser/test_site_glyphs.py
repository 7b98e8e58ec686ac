"""What the browser makes of a glyph's pixels and logits is what Python makes of them."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import Browser
from site_server import serving

from digitlens.model import Alphabet, Card, card_path, find
from digitlens.model.stroke import at_least_as_thick, stroke_widths
from digitlens.site import write_site

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.browser

JUDGE = """async ([card, name, rows, rate]) => {
    const { Alphabet } = await import("./module/model/alphabet.js");
    const alphabet = new Alphabet(card, name), { calibration } = alphabet, least = calibration.threshold(rate);
    return rows.map(row => calibration.judge(alphabet.restrict(row), least));
}"""
THICKEN = """async ([frames, least]) => {
    const { atLeastAsThick, strokeWidth } = await import("./module/model/stroke.js");
    return frames.map(data => {
        const frame = { width: 28, height: 28, channels: 1, data: Uint8Array.from(data) };
        return [strokeWidth(frame), Array.from(atLeastAsThick(frame, least).data)];
    });
}"""


@pytest.fixture(scope="module")
def evaluate(browser: Browser, tmp_path_factory: pytest.TempPathFactory):
    """A function of the site's module, run on a page of it."""
    folder: Path = tmp_path_factory.mktemp("site")
    write_site(folder)
    with serving(folder) as served:
        page = browser.new_page()
        page.goto(f"{served.url}package.json")
        yield page.evaluate
        page.close()


@pytest.mark.parametrize("name", [None, "upper", "letters", "digits", "0123456789Kk"])
def test_letters_are_accepted_as_in_python(name, evaluate) -> None:
    """Of logits as the network of letters gives them, near what is accepted."""
    card = Card.load(card_path(find("characters")))
    rng = np.random.default_rng(0)
    rows = rng.normal(0, 1.5, (300, 63))
    rows[np.arange(300), np.arange(300) % 62] += rng.uniform(4, 14, 300)
    rows[:, -1] += rng.uniform(-2, 6, 300)
    alphabet = Alphabet.of(card, name)
    calibration = alphabet.calibration
    expected = calibration.predict(alphabet.restrict(rows), calibration.threshold(0.005))
    assert 0.05 < expected.confident.mean() < 0.9
    told = {key: asdict(card)[key] for key in ("labels", "calibration", "alphabets", "alike")}
    found = evaluate(JUDGE, [told, name, rows.tolist(), 0.005])
    np.testing.assert_allclose([one["probabilities"] for one in found], expected.probabilities, atol=1e-9)
    np.testing.assert_allclose([one["digitScore"] for one in found], expected.digit_scores, atol=1e-9)
    assert [one["sure"] for one in found] == expected.confident.tolist()
    assert [one["known"] for one in found] == expected.known.tolist()


def test_thin_strokes_are_thickened_as_in_python(evaluate) -> None:
    rng = np.random.default_rng(0)
    frames = np.zeros((12, 28, 28), np.uint8)
    for i in range(12):
        frames[i, 4 : 8 + i, 10 : 10 + 1 + i // 4] = rng.integers(100, 256, (4 + i, 1 + i // 4))
    found = evaluate(THICKEN, [frames.reshape(12, -1).tolist(), 2.14])
    np.testing.assert_allclose([width for width, _ in found], stroke_widths(frames), rtol=1e-12)
    seen = at_least_as_thick(frames, 2.14)
    assert (seen != frames).any()
    assert np.array([data for _, data in found]).reshape(12, 28, 28).tolist() == seen.tolist()
