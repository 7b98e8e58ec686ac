"""The reader in the browser reads as Python's does: the same networks, the same numbers, the same JSON."""

import base64
import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Page
from site_server import LOAD, serving

from digitlens import Reader
from digitlens.data.samplepages import draw_sample_page
from digitlens.data.samples import SAMPLES, draw
from digitlens.imaging import text_strip
from digitlens.model import label_likelihoods, log_likelihood
from digitlens.site import write_site
from written import between_rules

pytestmark = pytest.mark.browser

Read: TypeAlias = Callable[..., dict[str, Any]]

READ = """async ([how, text]) => {
    const picture = new Blob([Uint8Array.from(atob(text), one => one.charCodeAt(0))]);
    try {
        return JSON.parse(JSON.stringify(await globalThis.reader[how](picture)));
    } catch (error) {
        return { error: error.toJSON() };
    }
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("site")
    write_site(made)
    return made


@pytest.fixture(scope="module")
def page(browser: Browser, folder: Path) -> Iterator[Page]:
    """A page of the site, its reader loaded; not the page's own, which is in a worker."""
    with serving(folder) as served:
        opened = browser.new_page()
        opened.set_default_timeout(120_000)
        opened.goto(f"{served.url}package.json")
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def read(page: Page) -> Read:
    page.evaluate(LOAD)
    return lambda content, how="read": page.evaluate(READ, [how, base64.b64encode(content).decode()])


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(precision="float")


def alike(found: dict[str, Any], expected: dict[str, Any], places: float) -> None:
    """The same JSON, but for the time and the file, confidences to so many places, boxes to a pixel."""
    for reading in (found, expected):
        reading.update(ms=0, file=None)
    assert {**found, "lines": 0, "doubts": 0} == {**expected, "lines": 0, "doubts": 0}
    assert [line["text"] for line in found["lines"]] == [line["text"] for line in expected["lines"]]
    for one, other in zip(found["lines"], expected["lines"], strict=True):
        assert set(one) == set(other)
        assert [doubt["message"] for doubt in one["doubts"]] == [
            doubt["message"] for doubt in other["doubts"]
        ]
        for glyph, wanted in zip(one["glyphs"], other["glyphs"], strict=True):
            assert set(glyph) == set(wanted)
            assert glyph["label"] == wanted["label"]
            assert glyph["box"] == pytest.approx(wanted["box"], abs=1)
            assert glyph["confidence"] == pytest.approx(wanted["confidence"], abs=places)
            assert glyph["digit_score"] == pytest.approx(wanted["digit_score"], abs=places)
            assert [label for label, _ in glyph["top"][:1]] == [label for label, _ in wanted["top"][:1]]


@pytest.mark.parametrize("key", SAMPLES)
def test_a_single_glyph_is_classified_as_python_does(key: str, read: Read, reader: Reader) -> None:
    alike(read(draw(key), "classify"), reader.classify(draw(key)).to_dict(), 0.01)


@pytest.mark.parametrize("key", ["pen", "chalk", "blank", "mnist"])
def test_a_picture_is_read_as_python_does(key: str, read: Read, reader: Reader) -> None:
    alike(read(draw(key)), reader.read(draw(key)).to_dict(), 0.01)


@pytest.mark.parametrize("digit", ["1", "7", "8"])
def test_a_digit_between_rules_is_read_as_python_does(digit: str, read: Read, reader: Reader) -> None:
    content = cv2.imencode(".png", between_rules(digit, 40))[1].tobytes()
    expected = reader.read(content).to_dict()
    assert expected["text"] == digit
    alike(read(content), expected, 0.02)


def test_a_page_is_read_as_python_does(read: Read, reader: Reader, folder: Path) -> None:
    content = (folder / "example.jpg").read_bytes()
    expected = reader.read(content).to_dict()
    assert expected["text"] == "3725\n648\n7352"
    alike(read(content), expected, 0.02)


@pytest.mark.parametrize("quarters", [1, 2])
def test_a_page_on_its_side_is_turned_as_python_does(
    quarters: int, read: Read, reader: Reader, folder: Path
) -> None:
    upright = cv2.imread(str(folder / "example.jpg"))
    assert upright is not None
    content = cv2.imencode(".png", np.rot90(upright, quarters))[1].tobytes()
    expected = reader.read(content).to_dict()
    assert expected["text"] == "3725\n648\n7352"
    alike(read(content), expected, 0.02)


def test_letters_are_read_without_the_line_network_as_python_does(
    browser: Browser, tmp_path: Path, folder: Path
) -> None:
    write_site(tmp_path, "characters")
    content = (folder / "example.jpg").read_bytes()
    with serving(tmp_path) as served:
        opened = browser.new_page()
        asked: list[str] = []
        opened.on("request", lambda one: asked.append(one.url.rsplit("/", 1)[-1].split("-")[0]))
        opened.goto(f"{served.url}package.json")
        opened.evaluate(LOAD)
        found = opened.evaluate(READ, ["read", base64.b64encode(content).decode()])
        letters = draw_sample_page("letters")
        capitals = opened.evaluate(READ, ["read", base64.b64encode(letters).decode()])
        opened.close()
    assert {"characters", "pages"} <= set(asked)
    assert "lines" not in asked
    alike(found, Reader("characters", precision="float").read(content).to_dict(), 0.02)
    expected = Reader("characters", precision="float").read(letters).to_dict()
    assert expected["text"].startswith("TAB")
    alike(capitals, expected, 0.03)


@pytest.mark.data
@pytest.mark.parametrize(
    ("pictures", "how", "every"), [("real_single", "classify", 75), ("real_multi", "read", 19)]
)
def test_pictures_of_people_are_read_as_python_does(
    pictures: str, how: str, every: int, read: Read, reader: Reader, data_dir: Path
) -> None:
    """A sample that is always the same; benchmarks/browser.py compares all of them."""
    with (data_dir / pictures / "index.csv").open(encoding="utf-8-sig", newline="") as table:
        named = [row["file"] for row in csv.DictReader(table)]
    shown = [file for file in named if not file.endswith(".tif")]  # which Chromium does not decode
    files = [data_dir / pictures / file for file in shown[::every]]
    assert len(files) >= 5
    texts = [(read(file.read_bytes(), how)["text"], getattr(reader, how)(file).text) for file in files]
    assert [found for found, _ in texts] == [expected for _, expected in texts]


def test_an_isolated_page_reads_in_threads_and_any_other_in_one(browser: Browser, folder: Path) -> None:
    """The page itself may not wait for threads, and here they are asked for whatever the processor has."""
    texts, counts = [], []
    content = base64.b64encode(draw("pen")).decode()
    for isolated in (True, False):
        with serving(folder, isolated) as served:
            opened = browser.new_page()
            opened.set_default_timeout(120_000)
            opened.goto(f"{served.url}package.json")
            opened.evaluate(LOAD.replace('"networks/"', '"networks/", { threads: 3 }'))
            texts.append(opened.evaluate(READ, ["read", content])["text"])
            counts.append(len(opened.workers))
            opened.close()
    assert texts == ["3", "3"]
    assert counts == [2, 0]


def test_an_option_out_of_its_range_is_told(page: Page) -> None:
    tried = """async options => {
        const { Reader } = await import("./module/digitlens.js");
        return Reader.load("networks/", options).then(() => "", error => `${error.name}: ${error.message}`);
    }"""
    assert (
        page.evaluate(tried, {"maxError": 0}) == "RangeError: maxError is 0; it must be above 0 and at most 1"
    )
    assert "does not read AB: it reads 0123456789" in page.evaluate(tried, {"alphabet": "012AB"})


def test_what_is_no_picture_is_told(read: Read) -> None:
    error = read(b"no picture at all")["error"]
    assert error["code"] == "unreadable_image"
    assert "no picture that the browser can decode" in error["message"]


@pytest.mark.parametrize(
    ("method", "flag", "sizes"),
    [
        ("area", cv2.INTER_AREA, [((90, 70), (37, 29)), ((96, 64), (48, 32)), ((20, 5), (160, 24))]),
        ("linear", cv2.INTER_LINEAR, [((20, 9), (160, 72))]),
        ("cubic", cv2.INTER_CUBIC, [((31, 17), (64, 50))]),
    ],
)
def test_pictures_are_scaled_as_opencv_does(
    method: str, flag: int, sizes: list[tuple[tuple[int, int], tuple[int, int]]], page: Page
) -> None:
    for (height, width), (new_height, new_width) in sizes:
        picture = np.random.default_rng(0).integers(0, 256, (height, width), np.uint8)
        found = page.evaluate(
            """async ([data, width, height, wide, high, how]) => {
                const { resize } = await import("./module/imaging/resize.js");
                const picture = { data: Uint8ClampedArray.from(data), width, height, channels: 1 };
                return [...resize(picture, wide, high, how).data];
            }""",
            [picture.ravel().tolist(), width, height, new_width, new_height, method],
        )
        expected = cv2.resize(picture, (new_width, new_height), interpolation=flag).ravel().astype(int)
        assert np.abs(np.array(found) - expected).max() <= 1
        assert np.mean(np.array(found) != expected) < 0.01


@pytest.mark.parametrize("height", [20, 90])
def test_lines_are_cut_out_as_python_does(height: int, page: Page) -> None:
    random = np.random.default_rng(height)
    contrast = cv2.GaussianBlur(random.normal(size=(3 * height, 14 * height)).astype(np.float32), (0, 0), 2)
    places = np.arange(9)
    left, top = (0.7 + 1.4 * places) * height, (0.8 + 0.02 * places**2) * height
    tall = np.where(places == 4, 0.2, 1.0) * height  # the fifth is a point
    boxes = np.stack([left, top, np.full(9, 0.7 * height), tall], axis=1)
    sent = base64.b64encode(contrast.astype("<f4").tobytes()).decode()
    width, answer = page.evaluate(
        """async ([text, width, height, boxes, usual]) => {
            const { textStrip } = await import("./module/imaging/strip.js");
            const data = new Float32Array(Uint8Array.from(atob(text), one => one.charCodeAt(0)).buffer);
            const strip = textStrip({ data, width, height }, boxes, usual, 1.5);
            const bytes = new Uint8Array(Float32Array.from(strip.data).buffer);
            return [strip.width, btoa(Array.from(bytes, one => String.fromCharCode(one)).join(""))];
        }""",
        [sent, contrast.shape[1], contrast.shape[0], boxes.tolist(), height],
    )
    expected = text_strip(np.asarray(contrast, np.float32), boxes, height, 1.5).contrast
    assert width == expected.shape[1]
    found = np.frombuffer(base64.b64decode(answer), "<f4").reshape(expected.shape)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize("text", [[0], [1, 1, 2], [3, 3, 3, 0, 1]])
def test_texts_are_as_likely_as_in_python(text: list[int], page: Page) -> None:
    steps = np.random.default_rng(len(text)).dirichlet(np.full(5, 0.3), 12)
    found = page.evaluate(
        """async ([steps, text]) => {
            const { labelLikelihoods, logLikelihood } = await import("./module/model/ctc.js");
            return [logLikelihood(steps, text), logLikelihood(steps.slice(0, 2), text), labelLikelihoods(steps, text)];
        }""",
        [steps.tolist(), text],
    )
    assert found[0] == pytest.approx(log_likelihood(steps, text), abs=1e-9)
    assert found[1] == pytest.approx(log_likelihood(steps[:2], text), abs=1e-9)
    assert np.array(found[2]) == pytest.approx(label_likelihoods(steps, text), abs=1e-9)
