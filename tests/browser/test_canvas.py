"""The sheet to draw on, as hands use it: mouse, finger, pen and keys in a real Chromium, read by the real reader."""

import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from app_server import ROOT, served
from handwriting import Points, strokes
from playwright.sync_api import Page, expect
from visitor import PATIENCE, Opened

from digitlens.data import load

pytestmark = pytest.mark.browser

Stroke: TypeAlias = Sequence[tuple[float, float]]

PAGE = Path(__file__).with_name("canvas_page.py")
COMMAND = [
    sys.executable,
    "-m",
    "streamlit",
    "run",
    str(PAGE),
    "--server.headless=true",
    "--server.port",
]
SIZE = (560, 420)
PATIENT = """
  const later = setTimeout, cancel = clearTimeout, held = new Map();
  let last = 0;
  window.setTimeout = (act, ms, ...rest) => ms === 250 ? (held.set(--last, act), last) : later(act, ms, ...rest);
  window.clearTimeout = id => held.delete(id) || cancel(id);
  window.pass = () => { const due = [...held.values()]; held.clear(); due.forEach(act => act()); };
"""
"""The pause before a drawing is sent is over when ``pass()`` is called, however slow the machine is."""
THREE: Stroke = [
    (190, 130),
    (220, 90),
    (270, 85),
    (305, 120),
    (290, 160),
    (240, 185),
    (290, 200),
    (315, 245),
    (285, 300),
    (230, 315),
    (180, 285),
]
SEVEN: Stroke = [(180, 110), (240, 108), (300, 105), (280, 180), (250, 260), (230, 320)]
FOUR: tuple[Stroke, Stroke] = (
    [(230, 100), (210, 190), (200, 220), (320, 220)],
    [(300, 130), (295, 220), (290, 330)],
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("canvas")
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    with served(COMMAND, folder) as url:
        yield url


@pytest.fixture
def visit(tab: Opened, address: str) -> Opened:
    """Opens the page with the sheet."""

    def opened(script: str = "", **settings: object) -> Page:
        page = tab(**settings)
        page.add_init_script(script)
        page.goto(address)
        expect(page.get_by_text("Read as you lift the pen")).to_be_visible(timeout=PATIENCE)
        return page

    return opened


def sheet(page: Page) -> Any:
    return page.get_by_role("img", name=re.compile("Sheet to draw on"))


SCROLLED = """() => {
    const all = [document.scrollingElement, ...document.querySelectorAll("*")];
    const farther = all.some(one => one.scrollHeight > one.clientHeight + 40 && one.clientHeight > 300);
    return [Math.max(...all.map(one => one.scrollTop)), farther];
}"""
"""How far anything is scrolled, pixels, and whether there is a way to scroll at all."""


def on_screen(page: Page, stroke: Stroke) -> list[tuple[float, float]]:
    """Points of the sheet, 560 by 420, where they lie on the screen."""
    box = sheet(page).bounding_box()
    return [
        (box["x"] + x / SIZE[0] * box["width"], box["y"] + y / SIZE[1] * box["height"]) for x, y in stroke
    ]


def draw(page: Page, *drawn: Stroke) -> None:
    """Draw with the mouse."""
    for stroke in drawn:
        start, *rest = on_screen(page, stroke)
        page.mouse.move(*start)
        page.mouse.down()
        for point in rest:
            page.mouse.move(*point)
        page.mouse.up()


def says(page: Page, words: str) -> None:
    """Wait until the page says this, and nothing else of its kind."""
    kind = words.partition(":")[0]
    expect(page.get_by_text(re.compile(f"^{kind}: "))).to_have_text([words], timeout=PATIENCE)


def ink(page: Page) -> float:
    """The share of the sheet on the screen that is inked."""
    return sheet(page).evaluate(
        "canvas => { const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);"
        "return data.filter((value, i) => i % 4 == 3 && value > 127).length / (canvas.width * canvas.height); }"
    )


def test_a_three_drawn_with_the_mouse_is_read_undone_and_drawn_over(visit: Opened) -> None:
    page = visit()
    says(page, "read: nothing")
    draw(page, THREE)
    says(page, "read: 3")
    says(page, "came: 1")
    page.get_by_text("Classify it too").click()
    says(page, "classified: 3")
    expect(page.get_by_text("1 stroke drawn.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    says(page, "read: nothing")
    assert ink(page) == 0
    draw(page, SEVEN)
    says(page, "read: 7")


def test_a_cleared_sheet_is_no_drawing_and_undo_brings_it_back(visit: Opened) -> None:
    page = visit()
    draw(page, *FOUR)
    says(page, "read: 4")
    page.get_by_role("button", name="Clear").click()
    says(page, "read: nothing")
    assert ink(page) == 0
    page.get_by_role("button", name="Undo").click()
    says(page, "read: 4")


def test_a_second_stroke_that_follows_soon_is_read_with_the_first(visit: Opened) -> None:
    page = visit(PATIENT)
    draw(page, *FOUR)
    expect(page.get_by_text("2 strokes drawn.")).to_be_visible()
    says(page, "came: 0")
    page.evaluate("pass()")
    says(page, "read: 4")
    says(page, "came: 1")


def test_the_keyboard_reaches_everything_around_the_sheet(visit: Opened) -> None:
    page = visit()
    draw(page, THREE, FOUR[1])
    expect(page.get_by_text("2 strokes drawn.")).to_be_visible()
    sheet(page).focus()
    page.keyboard.press("Control+z")
    says(page, "read: 3")
    for name in ("slider", "button", "button"):
        page.keyboard.press("Tab")
        reached = page.evaluate(
            "() => { let at = document.activeElement; while (at.shadowRoot) at = at.shadowRoot.activeElement;"
            "return {tag: at.tagName, outline: getComputedStyle(at).outlineStyle}; }"
        )
        assert reached == {"tag": {"slider": "INPUT", "button": "BUTTON"}[name], "outline": "solid"}
    page.keyboard.press("Enter")  # Clear
    says(page, "read: nothing")


def test_the_width_of_the_pen_is_for_the_strokes_that_follow(visit: Opened) -> None:
    page = visit()
    width = page.get_by_role("slider", name="Width of the pen")
    shares = []
    for press, said in (("Home", "thin"), ("End", "thick")):
        width.press(press)
        expect(width).to_have_attribute("aria-valuetext", said)
        draw(page, [(100, 100 if press == "Home" else 300), (460, 100 if press == "Home" else 300)])
        shares.append(ink(page))
    # a line of 360 with round ends, as wide as the pen
    expected = [width * 360 + np.pi * width**2 / 4 for width in (6, 30)]
    assert shares == pytest.approx([expected[0] / 235_200, sum(expected) / 235_200], rel=0.05)


def test_a_tap_leaves_a_dot(visit: Opened) -> None:
    page = visit()
    page.mouse.click(*on_screen(page, [(280, 210)])[0])
    says(page, "came: 1")
    assert ink(page) * 235_200 == pytest.approx(np.pi * 7**2, rel=0.15)


def test_a_finger_draws_and_does_not_scroll(visit: Opened) -> None:
    page = visit(viewport={"width": 390, "height": 500}, device_scale_factor=2, has_touch=True)
    hand = page.context.new_cdp_session(page)
    points = [{"x": x, "y": y} for x, y in on_screen(page, THREE)]
    hand.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points[:1]})
    for point in points[1:]:
        hand.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    says(page, "read: 3")
    assert page.evaluate(SCROLLED) == [0, True]
    drawn = sheet(page).evaluate("canvas => [canvas.width, canvas.getBoundingClientRect().width]")
    assert drawn[0] == pytest.approx(2 * drawn[1], abs=1)  # as fine as the screen


def test_a_pen_writes_wider_where_it_is_pressed(visit: Opened) -> None:
    page = visit()
    hand = page.context.new_cdp_session(page)
    shares = []
    for y, force in ((100, 0.1), (300, 0.9)):
        (x0, height), (x1, _) = on_screen(page, [(100, y), (460, y)])
        event = {"button": "left", "clickCount": 1, "pointerType": "pen", "force": force, "y": height}
        hand.send("Input.dispatchMouseEvent", {**event, "type": "mousePressed", "buttons": 1, "x": x0})
        for x in np.linspace(x0, x1, 6)[1:]:
            hand.send("Input.dispatchMouseEvent", {**event, "type": "mouseMoved", "buttons": 1, "x": x})
        hand.send("Input.dispatchMouseEvent", {**event, "type": "mouseReleased", "x": x1})
        expect(page.get_by_text("stroke")).to_be_visible()
        shares.append(ink(page))
    assert shares[1] - shares[0] > 1.5 * shares[0] > 0


def test_the_drawing_outlives_reruns_resizing_and_being_put_away(visit: Opened) -> None:
    page = visit()
    draw(page, THREE)
    says(page, "read: 3")
    before = ink(page)
    assert before > 0.02
    page.get_by_role("button", name="Run again").click()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(sheet(page)).to_have_js_property("offsetWidth", 358)
    assert ink(page) == pytest.approx(before, rel=0.05)
    says(page, "came: 1")
    away = page.get_by_text("Put the sheet away")
    away.click()
    expect(sheet(page)).to_have_count(0)
    says(page, "read: nothing")
    away.click()
    says(page, "read: 3")
    assert ink(page) == pytest.approx(before, rel=0.05)


def test_a_new_sheet_is_empty(visit: Opened) -> None:
    page = visit()
    draw(page, THREE)
    says(page, "read: 3")
    page.get_by_role("button", name="New sheet").click()
    says(page, "read: nothing")
    assert ink(page) == 0
    draw(page, SEVEN)
    says(page, "read: 7")


def test_two_visits_have_a_sheet_each(visit: Opened) -> None:
    one, other = visit(), visit()
    draw(one, THREE)
    draw(other, SEVEN)
    says(one, "read: 3")
    says(other, "read: 7")
    other.get_by_role("button", name="Clear").click()
    says(other, "read: nothing")
    one.get_by_role("button", name="Run again").click()
    says(one, "read: 3")


def test_in_the_dark_chalk_is_shown_and_ink_is_read(visit: Opened) -> None:
    page = visit(color_scheme="dark")
    draw(page, THREE)
    says(page, "read: 3")
    colours = sheet(page).evaluate(
        "canvas => [getComputedStyle(canvas).color, getComputedStyle(canvas).backgroundColor]"
    )
    chalk, slate = ([int(value) for value in re.findall(r"\d+", colour)] for colour in colours)
    assert min(chalk[:3]) > 200
    assert max(slate[:3]) < 60


def test_a_browser_that_sends_something_else_is_answered_in_a_sentence(visit: Opened) -> None:
    page = visit("HTMLCanvasElement.prototype.toDataURL = () => 'data:image/png;base64,AAAA'")
    draw(page, THREE)
    says(
        page,
        "error: The drawing did not arrive whole: it is not a PNG of 560 x 420 pixels. "
        "Press Clear and draw it again, or load the page anew.",
    )
    says(page, "read: nothing")


SEED = 20_05
HEIGHTS = {(0.5, 0.5): 240, (0, 0): 140, (1, 0): 140, (0, 1): 140, (1, 1): 140}
"""How high digits are at the centre and in the corners: shares of the sheet across and down, pixels of the sheet."""

PENS = 8, 20
"""A thin and a thick pen, in pixels of the sheet."""


DRAW_ANEW = """(canvas, {pen, strokes}) => {
  const root = canvas.getRootNode(), width = root.querySelector("input"), seen = canvas.getBoundingClientRect();
  root.querySelector(".clear").click();
  width.value = pen;
  width.dispatchEvent(new Event("input"));
  const act = (type, [x, y]) => canvas.dispatchEvent(new PointerEvent(`pointer${type}`, {
    pointerId: 1, pointerType: "mouse", bubbles: true,
    clientX: seen.left + x / 560 * seen.width, clientY: seen.top + y / 420 * seen.height}));
  for (const stroke of strokes) {
    stroke.forEach((point, i) => act(i ? "move" : "down", point));
    act("up", stroke.at(-1));
  }
  pass();
}"""
"""Clears the sheet, chooses the pen and draws at once: with the events of a mouse, without the frames between them."""


CAME = """said => [...document.querySelectorAll('[data-testid="stText"]')].some(text => text.textContent === said)"""
"""True once the page says so: looked for at each frame, Playwright's expectations after 0.1, 0.35, 0.85 s."""


@pytest.mark.data
@pytest.mark.slow
def test_96_of_100_strangers_digits_drawn_along_their_skeletons_are_read(visit: Opened) -> None:
    """Ten of each digit of EMNIST's test set, chosen by seed: thin and thick pen, in the centre and the corners."""
    strangers = load("emnist-byclass", "test")
    choose = np.random.default_rng(SEED)
    rows = [
        choose.choice(np.flatnonzero(strangers.labels == digit), 10, replace=False) for digit in range(10)
    ]
    page = visit(PATIENT)
    wrong = []
    cases = list(product(HEIGHTS, PENS))  # ten: each digit has each once
    for count, (row, (where, pen)) in enumerate(zip(np.ravel(rows), cases * 10, strict=True), 1):
        drawn = placed(strokes(strangers.images[row]), where)
        sheet(page).evaluate(DRAW_ANEW, {"pen": pen, "strokes": drawn})
        page.wait_for_function(CAME, arg=f"came: {count}")
        label, read = strangers.labels[row], page.get_by_text(re.compile("^read: ")).inner_text()
        if read != f"read: {label}":
            wrong.append(f"row {row}, a {label}, with pen {pen} at {where}: {read}")
    assert len(wrong) <= 4, wrong


def placed(drawn: list[Points], where: tuple[float, float]) -> list[Stroke]:
    """The strokes of a glyph at their size and place on the sheet, a point for about every 14 pixels."""
    low, extent = np.vstack(drawn).min(0), np.ptp(np.vstack(drawn), 0)
    scale = HEIGHTS[where] / max(*extent, 1)
    corner = 24 + np.multiply(where, np.subtract(SIZE, 2 * 24) - scale * extent)
    return [[(x, y) for x, y in spaced((stroke - low) * scale + corner).tolist()] for stroke in drawn]


def spaced(stroke: Points) -> Points:
    """Points some 14 apart on the way of a stroke, its ends among them."""
    way = np.append(0, np.cumsum(np.linalg.norm(np.diff(stroke, axis=0), axis=1)))
    at = np.linspace(0, way[-1], int(np.ceil(way[-1] / 14)) + 1)
    return np.stack([np.interp(at, way, axis) for axis in stroke.T], axis=1)
