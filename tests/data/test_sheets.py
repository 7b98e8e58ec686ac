"""Drawn sheets: that the truth they tell is the truth of their pixels, and that one file tells how they are drawn."""

import re
from collections import Counter
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import get_type_hints

import cv2
import numpy as np
import pytest

from digitlens.data import DIGITS
from digitlens.data.synth import sheets
from digitlens.data.synth.sheets import (
    DRAWN_SIGNS,
    OTHER,
    GlyphBank,
    Mark,
    Sheet,
    SheetConfig,
    draw_sheet,
    draw_whole,
)
from digitlens.data.synth.sheets.pens import drawn_strokes, strokes_as, to_ink
from digitlens.data.synth.sheets.signs import SIGN_FORMS
from digitlens.data.synth.sheets.writers import new_writer
from digitlens.data.synth.sheets.writing import STRIKES, shape
from digitlens.data.synth.writers import write
from digitlens.errors import DatasetError

across = STRIKES[0]
TOML = Path(sheets.__file__).with_name("sheets.toml")
CONFIG = replace(SheetConfig.load(), everyday=None)


@pytest.fixture(scope="module")
def bank() -> GlyphBank:
    """Digits of our own code, and three letters that are none: enough to write with."""
    digits = {
        label: [np.stack([write(int(label), np.random.default_rng(i)) for i in range(3)])] for label in DIGITS
    }
    triangle = np.zeros((1, 28, 28), np.uint8)
    cv2.polylines(triangle[0], [np.array([[4, 24], [14, 4], [24, 24]])], True, 255, 2)
    return GlyphBank(digits, {"A": [triangle], "k": [triangle], "t": [triangle]})


def plain(layout: str = "lines", **sheet) -> SheetConfig:
    """Only digits, black on white paper, sharp: what is dark is ink."""
    changes = {"plain": 1.0, "blank": 0.0, "half_size": 0.0, "overhang": 0.0, "layouts": {layout: 1.0}}
    return replace(
        CONFIG,
        sheet=replace(CONFIG.sheet, common=(24.0, 40.0), common_share=1.0, **{**changes, **sheet}),
        writing=replace(CONFIG.writing, joined_zeros=0.0, printed=0.0, tight=0.0, gap=(0.1, 0.4)),
        content=replace(CONFIG.content, kinds={"integer": 1.0}),
        paper=replace(CONFIG.paper, white=1.0, black=0.0, ink=(0.95, 0.98), coloured=0.0),
        scene=replace(CONFIG.scene, panel=0.0),
        optics=replace(
            CONFIG.optics, blurred=0.0, noisy=0.0, compressed=0.0, two_level=0.0, inverted=0.0, gammas=0.0
        ),
    )


def draw(bank: GlyphBank, config: SheetConfig, seed: int = 0, width: int = 416, height: int = 160) -> Sheet:
    return draw_sheet(bank, config, np.random.default_rng(seed), width, height)


def test_the_same_seed_gives_the_same_sheet(bank):
    for seed in range(6):
        first, second = (draw(bank, CONFIG, seed) for _ in range(2))
        assert np.array_equal(first.pixels, second.pixels)
        assert first.marks == second.marks
    assert not np.array_equal(draw(bank, CONFIG, 0).pixels, draw(bank, CONFIG, 1).pixels)


def test_grey_shows_the_same_sheet_as_colour(bank):
    for seed in range(8):
        colour = draw(bank, CONFIG, seed, 200, 90)
        grey = draw_sheet(bank, CONFIG, np.random.default_rng(seed), 200, 90, colour=False)
        assert colour.pixels.shape == (90, 200, 3)
        assert grey.pixels.shape == (90, 200)
        assert grey.marks == colour.marks
        told = cv2.cvtColor(colour.pixels, cv2.COLOR_RGB2GRAY).astype(int)
        assert np.abs(told - grey.pixels).mean() < 12


@pytest.mark.parametrize("layout", ["lines", "table", "column", "comb", "scattered", "grid", "single"])
def test_boxes_hold_all_the_ink_and_are_full_to_their_edges(bank, layout):
    for seed in range(4):
        sheet = draw(bank, plain(layout), seed)
        assert sheet.marks
        dark = sheet.pixels[..., 0] < 168
        covered = np.zeros_like(dark)
        for mark in sheet.marks:
            x, y, w, h = map(int, mark.box)
            part = dark[y : y + h, x : x + w]
            covered[y : y + h, x : x + w] = True
            assert all(edge.any() for edge in (part[:1], part[-1:], part[:, :1], part[:, -1:])), mark
        assert np.count_nonzero(dark & ~covered) <= 0.01 * np.count_nonzero(dark)


def test_boxes_of_enlarged_sheets_are_enlarged(bank):
    for seed in range(5):
        sheet = draw(bank, plain(half_size=1.0, coarsest=6.0, enlarged=(3.0, 3.0)), seed)
        dark = sheet.pixels[..., 0] < 128
        inside = np.zeros_like(dark)
        for mark in sheet.marks:
            x, y, w, h = mark.box
            inside[max(0, round(y) - 3) : round(y + h) + 3, max(0, round(x) - 3) : round(x + w) + 3] = True
            assert dark[round(y) : round(y + h), round(x) : round(x + w)].mean() > 0.04
        assert np.count_nonzero(dark & ~inside) <= 0.01 * np.count_nonzero(dark)


def test_text_has_lines_and_gaps_between_numbers():
    marks = [
        Mark("1", (0, 0, 5, 9), 0, 0, 1.0),
        Mark("2", (6, 0, 5, 9), 0, 0, 1.0),
        Mark(OTHER, (14, 0, 5, 9), 0, -1, 1.0),
        Mark("+", (20, 3, 5, 5), 0, 1, 1.0),
        Mark("7", (0, 20, 5, 9), 1, 2, 1.0),
        Mark(OTHER, (60, 0, 5, 40), -1, -1, 1.0),
    ]
    assert Sheet(np.zeros((40, 80), np.uint8), tuple(marks)).text == "12 +\n7"
    assert Sheet(np.zeros((40, 80), np.uint8), ()).text == ""


def test_numbers_stand_apart_and_go_on_from_left_to_right(bank):
    for seed in range(20):
        sheet = draw(bank, plain(), seed)
        height = np.median([mark.box[3] for mark in sheet.marks])
        assert [mark.line for mark in sheet.marks] == sorted(mark.line for mark in sheet.marks)
        numbers = [mark.number for mark in sheet.marks]
        assert sorted(set(numbers)) == list(range(max(numbers) + 1))
        assert numbers == sorted(numbers)
        for one, after in zip(sheet.marks, sheet.marks[1:], strict=False):
            if one.line == after.line:
                gap = after.box[0] - one.box[0] - one.box[2]
                assert gap > 0.3 * height if one.number != after.number else gap < 0.9 * height


def test_what_is_cut_by_the_edge_says_how_much_is_seen(bank):
    config = plain(overhang=1.0)
    cut = [mark for seed in range(30) for mark in draw(bank, config, seed).marks if mark.visible < 1]
    assert len(cut) > 20
    for mark in cut:
        x, y, w, h = mark.box
        assert 0 < mark.visible < 1
        assert x == 0 or y == 0 or x + w == 416 or y + h == 160


def test_every_box_is_inside_the_picture_and_every_label_known(bank):
    for seed in range(60):
        rng = np.random.default_rng(seed)
        sheet = draw_whole(bank, CONFIG, rng, colour=False) if seed % 4 == 0 else draw(bank, CONFIG, seed)
        high, wide = sheet.pixels.shape[:2]
        for mark in sheet.marks:
            x, y, w, h = mark.box
            assert mark.label in (*DIGITS, *DRAWN_SIGNS, OTHER)
            assert x >= 0
            assert y >= 0
            assert x + w <= wide + 1e-6
            assert y + h <= high + 1e-6
            assert w > 0
            assert h > 0
            assert 0 < mark.visible <= 1
            assert (mark.number >= 0) == (mark.label != OTHER)
            assert mark.line >= 0 or mark.label == OTHER


def test_the_distribution_has_blanks_signs_and_other_writing(bank):
    drawn_sheets = [draw(bank, CONFIG, seed, 300, 120) for seed in range(150)]
    assert 8 <= sum(not sheet.marks for sheet in drawn_sheets) <= 45
    labels = Counter(mark.label for sheet in drawn_sheets for mark in sheet.marks)
    assert {*DIGITS, "+", "-", "×", "=", ".", ",", "/", OTHER} <= set(labels)
    assert sum(labels[digit] for digit in DIGITS) > 0.6 * labels.total()


def test_blank_sheets_have_no_marks(bank):
    config = replace(CONFIG, sheet=replace(CONFIG.sheet, blank=1.0))
    assert all(draw(bank, config, seed).marks == () for seed in range(10))


def test_ink_stands_out_from_the_paper(bank):
    config = replace(plain(), paper=replace(CONFIG.paper, coloured=0.0))
    for seed in range(25):
        sheet = draw(bank, config, seed)
        for mark in sheet.marks:
            x, y, w, h = map(int, mark.box)
            part = sheet.pixels[y : y + h, x : x + w, 0].astype(int)
            assert np.ptp(part) > 30


def test_signs_are_drawn_unlike_each_other():
    """A nearest mean tells most of them apart from their form, size and place alone."""
    rng = np.random.default_rng(0)
    seen = {sign: [_picture(sign, rng) for _ in range(40)] for sign in DRAWN_SIGNS}
    means = {sign: np.mean(pictures[:20], axis=0) for sign, pictures in seen.items()}
    right = [
        min(means, key=lambda sign, picture=picture: np.abs(means[sign] - picture).sum()) == sign
        for sign, pictures in seen.items()
        for picture in pictures[20:]
    ]
    assert np.mean(right) > 0.75


def _picture(sign: str, rng: np.random.Generator) -> np.ndarray:
    """A sign on its line: 48x48, its baseline at row 34."""
    image, left, bottom = drawn_strokes(SIGN_FORMS[sign](rng), 22, 3)
    whole = np.zeros((96, 96), np.float32)
    x, y = 36 - image.shape[1] // 2, 60 + round(22 * bottom) - image.shape[0]
    whole[y : y + image.shape[0], x : x + image.shape[1]] = image
    assert -1.5 < left < 1.5
    return cv2.GaussianBlur(whole, (0, 0), 2.5)


def test_figures_struck_out_are_one_mark_of_no_label_with_more_ink(bank):
    rng = np.random.default_rng(0)
    writer = replace(new_writer(CONFIG, rng, 40.0), font=None, drawn=True, pen=0.08, stretch=1.0)
    wide = []
    for _ in range(60):
        mark = shape("struck", writer, bank, CONFIG, rng)
        assert mark.label == OTHER
        assert 0.8 < mark.tall < 1.8
        wide.append(mark.width)
    assert max(wide) > 2 * min(wide)


def test_a_single_figure_is_struck_out_by_more_than_the_bar_of_a_seven():
    rng = np.random.default_rng(0)
    lone = {len(across(rng, 1)) for _ in range(200)}
    assert min(lone) == 2
    assert 1 in {len(across(rng, 2)) for _ in range(200)}
    for strike in STRIKES:
        (low, *_), (high, *_) = (f(np.concatenate(strike(rng, 2)), axis=0) for f in (np.min, np.max))
        assert (low, high) == (0, 1)


@pytest.mark.parametrize("pen", [3.0, 6.0, 14.0])
def test_another_pen_writes_strokes_of_its_width(pen):
    ring = np.asarray(cv2.circle(np.zeros((28, 19), np.uint8), (9, 14), 7, 255, 2), np.uint8)
    found = strokes_as(to_ink(ring), 100, pen, 1.0)
    row = found[found.shape[0] // 2] / 255
    # the ring's two sides; a ridge is a pixel wide itself, and the ring's own strokes are of 18 pixels
    assert row.sum() / 2 == pytest.approx(pen, abs=1 + pen / 8)
    assert row[: len(row) // 2].max() == 1


def test_parts_of_the_bank_share_no_glyph(monkeypatch):
    """Each set is split in the same way every time: nine tenths, and a tenth."""
    from digitlens.data import Dataset  # noqa: PLC0415
    from digitlens.data.synth.sheets import bank as module  # noqa: PLC0415

    def load(name: str, split: str) -> Dataset:
        assert split == "train"
        alphabet = (*DIGITS, "a", "B") if name in module.LETTER_SETS else DIGITS
        count = 40 * len(alphabet)
        images = np.zeros((count, 8, 8), np.uint8)
        images[:, 2:6, 2:6] = (np.arange(count)[:, None, None] % 97) + 100
        images[:, 3, 3], images[:, 4, 4] = np.arange(count) // 256, np.arange(count) % 256
        images[:, 5, 5] = 1 + ord(name[0]) % 200
        return Dataset(name, images, np.arange(count) % len(alphabet), alphabet)

    monkeypatch.setattr(module, "load", load)
    train, held = GlyphBank.load("train"), GlyphBank.load("held")
    for kept, others in ((train.digits, held.digits), (train.letters, held.letters)):
        assert set(kept) == set(others)
        for label in kept:
            ours, theirs = ({g.tobytes() for one in part[label] for g in one} for part in (kept, others))
            assert not ours & theirs
            assert len(theirs) * 5 < len(ours)
    assert set(train.digits) == set(DIGITS)
    assert set(train.letters) == {"a", "B"}


def test_dark_glyphs_on_light_are_turned_over():
    from digitlens.data import Dataset  # noqa: PLC0415

    images = np.full((10, 12, 12), 255, np.uint8)
    images[:, 4:8, 5:7] = 0
    bank = GlyphBank.of([Dataset("mine", images, np.arange(10), DIGITS)])
    assert bank.digits["3"][0][0, 5, 5] == 255
    assert bank.digits["3"][0][0, 0, 0] == 0


def test_a_bank_needs_all_ten_digits():
    from digitlens.data import Dataset  # noqa: PLC0415

    images = np.zeros((2, 8, 8), np.uint8)
    with pytest.raises(ValueError, match="lack 0, 3, 4"):
        GlyphBank.of([Dataset("two", images, np.array([1, 2]), DIGITS)])


def names(kind: type) -> list[str]:
    """The fields of the configuration and of its sections."""
    found = []
    for field in fields(kind):  # pyright: ignore[reportArgumentType]
        hint = get_type_hints(kind)[field.name]
        found += names(hint) if isinstance(hint, type) and is_dataclass(hint) else [field.name]
    return found


def test_every_field_of_the_configuration_is_used():
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in TOML.parent.glob("*.py")
        if not path.name.startswith("config")
    )
    assert [name for name in names(SheetConfig) if not re.search(rf"\.{name}\b", source)] == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("plain = 0.35", "plane = 0.35", "sheet.plane is unknown"),
        ("plain = 0.35", "", "sheet.plain is missing"),
        ("plain = 0.35", 'plain = "often"', "sheet.plain is 'often', but must be a number"),
        ("plain = 0.35", "plain = nan", "sheet.plain is nan, but must be a number"),
        ("fill = 0.85", "fill = true", "sheet.fill is True"),
        ("common = [14.0, 64.0]", "common = [64.0, 14.0]", "the lower one first"),
        ("[sheet.layouts]", "[sheet.lay_outs]", "sheet.lay_outs is unknown"),
        ("[sheet]", "[sheet", "cannot be read"),
    ],
)
def test_a_wrong_configuration_is_refused(tmp_path, old, new, message):
    text = TOML.read_text(encoding="utf-8")
    assert old in text
    place = tmp_path / "sheets.toml"
    place.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DatasetError, match=re.escape(message)):
        SheetConfig.load(place)
    with pytest.raises(DatasetError, match="cannot be read"):
        SheetConfig.load(tmp_path / "none.toml")


def test_what_most_people_send_differs_in_what_is_told_alone(tmp_path):
    config = SheetConfig.load()
    everyday = config.everyday
    assert everyday is not None
    assert everyday.sheet.overhang == 0.08 < config.sheet.overhang
    assert everyday.sheet.height == config.sheet.height
    assert everyday.content.cells == config.content.cells
    assert everyday.content.kinds["integer"] > config.content.kinds["integer"]
    place = tmp_path / "sheets.toml"
    text = TOML.read_text(encoding="utf-8")
    place.write_text(text[: text.index("[everyday.sheet]")], encoding="utf-8")
    assert SheetConfig.load(place).everyday is None
    place.write_text(text.replace("overhang = 0.08", "overhung = 0.08"), encoding="utf-8")
    with pytest.raises(DatasetError, match=re.escape("[everyday]: sheet.overhung is unknown")):
        SheetConfig.load(place)


def test_letters_stand_among_single_figures_and_by_themselves(bank):
    config = SheetConfig.load()
    content = replace(config.content, kinds={"letters": 1.0})
    sheet = replace(config.sheet, layouts={"lines": 1.0}, blank=0.0, everyday=0.0)
    only = replace(config, content=content, sheet=sheet)
    labels = [
        mark.label
        for seed in range(12)
        for mark in draw_sheet(bank, only, np.random.default_rng(seed), 416, 160).marks
    ]
    assert len(labels) > 20
    assert set(labels) == {OTHER}
