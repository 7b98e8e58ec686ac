"""What is kept for review, and that nothing of it is lost, doubled or left behind."""

import hashlib
import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from looked_at import MODEL, accepted, decided, doubtful, frame, picture, reading
from PIL import Image

from digitlens import Reader
from digitlens.data.samples import draw
from digitlens.errors import StoreError, UnreadableImage
from digitlens.store import Counts, Store, default_path
from digitlens.types import Box, Doubt


def test_what_was_not_accepted_is_kept_with_all_that_was_read(store):
    data = picture()
    (kept,) = store.add(
        data, [reading(accepted(), doubtful(), accepted(box=Box(90, 20, 20, 30)))], "form.png"
    )
    (item,) = store.waiting()
    assert item.id == kept
    assert item.sha256 == hashlib.sha256(data).hexdigest()
    assert (item.file, item.page, item.number) == ("form.png", 1, 2)
    assert (item.model, item.label, item.reason) == (MODEL, "4", "unsure")
    assert (item.confidence, item.digit_score) == (0.6, 0.9)
    assert item.box == Box(50, 20, 20, 30)
    assert item.decision is None
    np.testing.assert_array_equal(item.frame, frame())


def test_the_crop_is_the_glyph_and_a_margin_of_two_fifths_of_its_longer_side(store):
    store.add(picture(), [reading(doubtful(box=Box(50, 20, 20, 30)))])
    crop = np.asarray(Image.open(io.BytesIO(store.waiting()[0].crop)))
    assert crop.shape == (30 + 2 * 12, 20 + 2 * 12)
    assert (crop[5, 0], crop[5, -1]) == (50 - 12, 70 + 12 - 1)


def test_a_crop_ends_with_the_picture_and_is_small(store):
    store.add(picture(size=(1000, 400)), [reading(doubtful(box=Box(0, 0, 900, 400)))])
    crop = Image.open(io.BytesIO(store.waiting()[0].crop))
    assert crop.size == (160, 64)


def test_a_crop_is_cut_where_the_glyph_is_in_a_picture_that_was_reduced(store):
    pixels = np.zeros((4_200, 4_000), np.uint8)
    pixels[3_000:3_100, 2_000:2_060] = 255
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    store.add(file.getvalue(), [reading(doubtful(box=Box(2_000, 3_000, 60, 100)))])
    crop = np.asarray(Image.open(io.BytesIO(store.waiting()[0].crop)))
    rows, columns = np.flatnonzero(crop.any(axis=1)), np.flatnonzero(crop.any(axis=0))
    assert crop.shape == ((100 + 80) // 2, (60 + 80) // 2)
    assert (rows[0], rows[-1], columns[0], columns[-1]) == (20, 69, 20, 49)


def test_a_crop_is_cut_where_the_glyph_is_in_a_fax(store):
    pixels = np.zeros((200, 400), np.uint8)
    pixels[100:130, 200:260] = 255
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "TIFF", dpi=(200, 100))
    store.add(file.getvalue(), [reading(doubtful(box=Box(200, 100, 60, 30)))])
    crop = np.asarray(Image.open(io.BytesIO(store.waiting()[0].crop)))
    assert crop.shape == (60 + 2 * 24, 60 + 2 * 24)
    rows, columns = (np.flatnonzero((crop > 127).any(axis=axis)) for axis in (1, 0))
    assert (rows[0], rows[-1], columns[0], columns[-1]) == (24, 83, 24, 83)


def test_a_blank_picture_is_kept_whole_and_small(store):
    store.add(picture(size=(400, 200)), [reading()])
    (item,) = store.waiting()
    assert (item.number, item.label, item.reason, item.frame) == (0, "", "blank", None)
    assert Image.open(io.BytesIO(item.crop)).size == (160, 80)


BESIDE = Doubt("incomplete", "Ink beside the 7 was not read.", Box(40, 20, 6, 30))


def test_a_place_that_was_not_read_is_kept_though_every_glyph_was_accepted(store):
    store.add(picture(), [replace(reading(accepted()), doubts=(BESIDE,))])
    (item,) = store.waiting()
    assert (item.number, item.label, item.reason, item.box) == (0, "", "incomplete", BESIDE.box)
    assert (item.frame, item.is_sign) == (None, False)
    assert np.asarray(Image.open(io.BytesIO(item.crop))).shape == (30 + 2 * 12, 6 + 2 * 12)


def test_a_page_of_which_nothing_was_read_is_kept_where_something_is_and_not_as_blank(store):
    store.add(picture(), [replace(reading(), doubts=(BESIDE, replace(BESIDE, box=Box(5, 5, 0, 0))))])
    assert [(item.box, item.reason) for item in store.waiting()] == [
        (BESIDE.box, "incomplete"),
        (Box(0, 0, 0, 0), "incomplete"),
    ]


def test_a_doubt_about_a_glyph_keeps_the_glyph_and_no_place_besides(store):
    (line,) = reading(accepted(), doubtful()).lines
    doubts = (replace(BESIDE, box=glyph.box) for glyph in line.glyphs)
    store.add(picture(), [replace(reading(), lines=(replace(line, doubts=tuple(doubts)),))])
    assert [(item.number, item.label, item.reason) for item in store.waiting()] == [
        (1, "7", "incomplete"),
        (2, "4", "unsure"),
    ]


def test_one_glyph_of_several_is_kept_as_such_and_once(store):
    doubt = Doubt("several", "There is more than one glyph (3): use read.", Box(10, 20, 90, 30))
    store.add(picture(), [replace(reading(accepted("4")), doubts=(doubt,))])
    (item,) = store.waiting()
    assert (item.number, item.label, item.reason) == (1, "4", "several")


def test_a_sign_in_doubt_is_kept_as_a_sign(store):
    times = replace(doubtful("x"), frame=None, probabilities={"x": 0.6})
    store.add(picture(), [reading(times, doubtful("4", Box(90, 20, 20, 30)))])
    assert [(item.label, item.is_sign) for item in store.waiting()] == [("x", True), ("4", False)]


def test_what_was_accepted_and_what_could_not_be_read_are_not_kept(store):
    failed = replace(reading(), error=UnreadableImage("It is damaged."))
    assert store.add(b"no picture: it is not even opened", [reading(accepted()), failed]) == []
    assert store.counts() == Counts(0, 0, 0)


def test_an_accepted_glyph_is_kept_where_someone_wants_to_decide_about_it(store):
    page = reading(accepted("4"), doubtful("9", Box(90, 20, 20, 30)))
    ids = store.add(picture(), [page], also=[1])
    assert [(item.id, item.number, item.reason) for item in store.waiting()] == [
        (ids[0], 1, None),
        (ids[1], 2, "unsure"),
    ]
    store.settle(ids[0], "7")
    assert store.item(ids[0]).corrected
    assert store.counts() == Counts(1, 0, 1)


def test_the_same_picture_read_again_adds_nothing(store):
    page = reading(doubtful("4"), doubtful("9", Box(90, 20, 20, 30)))
    first = store.add(picture(), [page])
    assert store.add(picture(), [page], "another name.png") == first
    assert store.counts() == Counts(2, 0, 0)
    assert store.add(picture(grey=1), [page]) != first
    assert store.counts() == Counts(4, 0, 0)


def test_what_was_settled_does_not_come_back_not_even_with_another_network(store):
    (one,) = store.add(picture(), [reading(doubtful("4"))])
    store.settle(one, "9")
    assert store.add(picture(), [reading(doubtful("9"), model="new@1")]) == [one]
    assert store.waiting() == []
    (item,) = store.settled()
    assert (item.model, item.label, decided(item)) == ("new@1", "9", "9")


def test_read_in_another_alphabet_it_is_as_it_was_read_last(store):
    (one,) = store.add(picture(), [reading(doubtful("0"))])
    store.add(picture(), [reading(doubtful("8"), model="new@1")])
    assert store.add(picture(), [reading(doubtful("O"))]) == [one]
    (item,) = store.waiting()
    assert (item.model, item.label) == (reading().model, "O")


def test_pages_are_told_apart(store):
    pages = [Image.new("L", (60, 40), grey) for grey in (10, 20, 30)]
    file = io.BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    ids = store.add(
        file.getvalue(),
        [reading(doubtful(), page=1), reading(accepted(), page=2), reading(doubtful(), page=3)],
    )
    assert len(set(ids)) == 2
    shown = {item.page: np.asarray(Image.open(io.BytesIO(item.crop)))[0, 0] for item in store.waiting()}
    assert shown == {1: 10, 3: 30}


def test_a_decision_keeps_what_the_machine_read(store):
    (one,) = store.add(picture(), [reading(doubtful("4"))])
    store.settle(one, "9")
    item = store.item(one)
    assert (item.label, decided(item), item.corrected) == ("4", "9", True)
    assert store.counts() == Counts(0, 0, 1)
    store.settle(one, "4")
    assert store.counts() == Counts(0, 1, 0)
    assert not store.item(one).corrected
    assert [decision.label for decision in store.history(one)] == ["9", "4"]


def test_no_digit_is_a_decision_too(store):
    one, two = store.add(picture(), [reading(doubtful("4"), doubtful("", Box(90, 0, 9, 9), "not_a_digit"))])
    store.settle(one, "")
    store.settle(two, "")
    assert store.counts() == Counts(0, 1, 1)
    assert store.counts().settled == 2


def test_taking_back_makes_it_wait_again_and_keeps_the_record(store):
    (one,) = store.add(picture(), [reading(doubtful())])
    store.settle(one, "9")
    store.take_back(one)
    assert [item.id for item in store.waiting()] == [one]
    assert store.settled() == []
    assert [decision.label for decision in store.history(one)] == ["9", None]


@pytest.mark.parametrize("label", ["10", " ", "\n", "\u200b"])
def test_a_label_must_be_a_character_or_none(store, label):
    (one,) = store.add(picture(), [reading(doubtful())])
    with pytest.raises(ValueError, match="is no label: it must be one character, or empty"):
        store.settle(one, label)
    assert store.counts() == Counts(1, 0, 0)


def test_what_is_gone_is_told(store):
    (one,) = store.add(picture(), [reading(doubtful())])
    assert store.forget([one, 77]) == 1
    for act in (store.item, store.take_back, lambda id: store.settle(id, "4")):
        with pytest.raises(StoreError, match="no item 1 any more"):
            act(one)
    (again,) = store.add(picture(), [reading(doubtful())])
    assert again != one  # a page loaded before must not settle another glyph


def test_lists_come_in_parts(store):
    boxes = [Box(3 * i, 0, 2, 2) for i in range(25)]
    ids = store.add(picture(), [reading(*(doubtful(box=box) for box in boxes))])
    assert [item.id for item in store.waiting(10, 20)] == ids[20:]
    for id in (ids[3], ids[1], ids[2]):
        store.settle(id, "1")
    assert [item.id for item in store.settled(2)] == [ids[2], ids[1]]
    assert [item.id for item in store.every_settled()] == [ids[1], ids[2], ids[3]]


def test_what_is_forgotten_is_gone_from_the_disk(store):
    data = picture()
    boxes = [Box(3 * i, 0, 2, 2) for i in range(50)]
    ids = store.add(data, [reading(*(doubtful(box=box) for box in boxes))], "a secret name.png")
    store.settle(ids[0], "1")
    crop, frame_bytes = store.item(ids[7]).crop, store.item(ids[7]).frame.tobytes()
    for forget in (lambda: store.forget(ids[:49]), store.forget_all):
        assert any(crop in file.read_bytes() for file in store.path.parent.iterdir())
        assert forget() in (49, 1)
        if store.counts().waiting:
            crop = store.item(ids[49]).crop
    left = b"".join(file.read_bytes() for file in store.path.parent.iterdir())
    for trace in (crop, frame_bytes, b"a secret name", hashlib.sha256(data).hexdigest().encode()):
        assert trace not in left


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([*"0123456789", "", None])), max_size=25))
def test_the_last_decision_counts_whatever_came_before(tmp_path_factory, decisions):
    with Store(tmp_path_factory.mktemp("any") / "store.db") as store:
        boxes = [Box(10 * i, 0, 9, 9) for i in range(4)]
        ids = store.add(picture(), [reading(*(doubtful("4", box) for box in boxes))])
        expected = dict.fromkeys(ids)
        for number, label in decisions:
            expected[ids[number]] = label
            if label is None:
                store.take_back(ids[number])
            else:
                store.settle(ids[number], label)
        settled = {item.id: decided(item) for item in store.settled()}
        assert settled == {id: label for id, label in expected.items() if label is not None}
        assert {item.id for item in store.waiting()} == set(ids) - set(settled)
        confirmed = sum(label == "4" for label in settled.values())
        assert store.counts() == Counts(4 - len(settled), confirmed, len(settled) - confirmed)


def test_it_lies_in_the_home(monkeypatch, tmp_path):
    monkeypatch.setenv("DIGITLENS_HOME", str(tmp_path))
    assert default_path() == tmp_path / "corrections.db"
    Store().close()
    assert default_path().is_file()


def test_a_readers_readings_are_kept_as_they_are(store):
    reader = Reader(max_error=1e-9)  # nothing can be promised: everything is doubtful
    data = draw("pen")
    readings = list(reader.read_many([data]))
    store.add(data, readings, "pen.png")
    (glyph,), (item,) = readings[0].glyphs, store.waiting()
    assert (item.label, item.confidence, item.box) == (glyph.label, glyph.confidence, glyph.box)
    np.testing.assert_array_equal(item.frame, glyph.frame)
