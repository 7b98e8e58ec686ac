"""The page as Streamlit's AppTest drives it: what is uploaded or pressed, and what it says."""

import os
import shutil
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from app_page import ROOT, bars, said, upload
from PIL import Image
from streamlit.testing.v1 import AppTest

from digitlens.data.samples import SAMPLES, draw
from digitlens.model import Card, available, card_path, find


def png(sample: str) -> bytes:
    """A sample as a PNG file."""
    file = BytesIO()
    Image.open(BytesIO(draw(sample))).save(file, "PNG")
    return file.getvalue()


def test_a_first_visit_is_told_what_to_do_and_where_pictures_go(page: AppTest) -> None:
    assert "Drop a picture with digits here" in said(page)
    assert "Nothing is sent to anyone else" in " ".join(caption.value for caption in page.caption)
    assert not bars(page)


def test_an_upload_gives_the_digit_ten_bars_three_best_and_the_steps(page: AppTest) -> None:
    upload(page, ("five.png", draw("mnist")))
    assert "This is a 5." in said(page)
    assert "five.png" in said(page)
    assert bars(page) == list("0123456789")
    assert "The likeliest three 5 " in said(page)
    assert "Step by step 1. " in said(page)
    assert "Drop a picture" not in said(page)


@pytest.mark.data
def test_mnist_s_own_images_read_right(page: AppTest) -> None:
    from digitlens.data import load  # noqa: PLC0415

    test = load("mnist", "test")
    for image, label in zip(test.images[:5], test.labels[:5], strict=True):
        file = BytesIO()
        Image.fromarray(image).save(file, "PNG")
        upload(page, ("digit.png", file.getvalue()))
        assert f"This is a {label}." in said(page)  # none of the five is an 8


def test_a_sample_is_read_with_one_click_and_an_upload_takes_its_place(page: AppTest) -> None:
    page.button(key="sample-pencil").click().run()
    assert "This is a 7." in said(page)
    upload(page, ("two.png", png("chalk")))
    assert "This is a 2." in said(page)
    page.button(key="sample-marker").click().run()
    assert "This is an 8." in said(page)


@pytest.mark.parametrize("key", SAMPLES)
def test_every_sample_can_be_tried(page: AppTest, key: str) -> None:
    page.button(key=f"sample-{key}").click().run()
    assert f"{SAMPLES[key].title} " in said(page).partition("Drop")[0]
    assert not page.error


def test_a_blank_page_and_a_scribble_say_why_and_what_to_do(page: AppTest) -> None:
    upload(page, ("empty.png", png("blank")))
    assert "Nothing is written here." in said(page)
    assert "darker pen" in said(page)
    assert not bars(page)
    upload(page, ("scribble.png", png("scribble")))
    assert "This does not look like a digit." in said(page)
    assert bars(page) == list("0123456789")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.txt", b"just text"),
        ("empty.png", b""),
        ("cut.png", draw("mnist")[:60]),
        ("<b>bold</b>.gif", b"GIF89a"),
        ("app.py", (ROOT / "app.py").read_bytes()),
    ],
)
def test_a_file_that_is_no_picture_gives_a_sentence(page: AppTest, name: str, content: bytes) -> None:
    upload(page, (name, content))
    assert "This file could not be read." in said(page)
    assert name in said(page)
    assert "Traceback" not in said(page)


def test_files_are_read_into_the_history_and_each_can_be_opened_removed_and_brought_back(
    page: AppTest,
) -> None:
    files = [(f"{key}.png", png(key)) for key in ("pen", "pencil", "scribble", "chalk")]
    upload(page, *files, ("broken_*.png", b"no picture"))
    labels = [page.button(key=f"tile-{i}").label for i in range(5)]
    assert labels[0] == r"not readable :small[broken_\*\.png]"
    assert labels[2] == r"no digit :small[scribble\.png]"
    assert "This file could not be read." in said(page)
    page.button(key="tile-1").click().run()
    assert "This is a 2." in said(page)
    assert page.button(key="tile-1").proto.type == "primary"
    button(page, "Remove this one").click().run()
    assert "chalk" not in "".join(tiles(page))
    button(page, "Remove all").click().run()
    assert tiles(page) == []
    assert "What does it say?" in said(page)
    button(page, "Bring back 4 pictures").click().run()
    button(page, r"Bring back chalk\.png").click().run()
    assert tiles(page) == labels


def test_no_more_pictures_are_kept_than_the_page_can_bear_and_it_says_so(page: AppTest) -> None:
    upload(page, *((f"{i}.png", draw("mnist")) for i in range(50)))
    assert len(tiles(page)) == 48
    assert "For more at once, use the page Batch" in page.info[0].value


def tiles(page: AppTest) -> list[str]:
    """The pictures of the history, newest first."""
    return [each.label for each in page.button if (each.key or "").startswith("tile-")]


def button(page: AppTest, label: str) -> Any:
    return next(each for each in page.button if each.label == label)


def test_a_network_just_trained_is_offered_without_a_restart_and_reads(page: AppTest, tmp_path: Path) -> None:
    assert page.selectbox(key="network").options == ["Automatic: robust", *available()]
    trained = copy_network(tmp_path / "mine.onnx", trained_on="my own digits")
    page.run()
    assert page.selectbox(key="network").options == ["Automatic: robust", *available()]
    assert page.selectbox(key="network").value == "Automatic"
    page.selectbox(key="network").set_value("mine").run()
    page.button(key="sample-pen").click().run()
    assert "This is a 3." in said(page)
    assert read_by(page).startswith("Read by mine@")
    trained.unlink()
    page.run()
    assert page.selectbox(key="network").value == "Automatic"
    assert read_by(page).startswith("Read by robust@")


def test_a_network_trained_anew_under_its_old_name_reads_as_it_is_now(page: AppTest, tmp_path: Path) -> None:
    copy_network(tmp_path / "mine.onnx")
    page.run()
    page.selectbox(key="network").set_value("mine").run()
    page.button(key="sample-pen").click().run()
    before = read_by(page)
    time.sleep(0.02)
    shutil.copy(find("classic"), tmp_path / "mine.onnx")
    shutil.copy(card_path(find("classic")), tmp_path / "mine.card.json")
    page.run()
    assert page.selectbox(key="network").value == "mine"
    assert read_by(page).startswith("Read by mine@")
    assert read_by(page) != before


def read_by(page: AppTest) -> str:
    """Which network read the picture in view."""
    return next(caption.value for caption in page.caption if caption.value.startswith("Read by")).partition(
        ", in "
    )[0]


def test_a_broken_network_gives_a_sentence_and_another_can_be_chosen(page: AppTest, tmp_path: Path) -> None:
    copy_network(tmp_path / "mine.onnx").write_bytes(b"not the network of its card")
    page.run()
    page.selectbox(key="network").set_value("mine").run()
    page.button(key="sample-pen").click().run()
    assert "is not the network its card describes" in page.error[0].value.replace("\\", "")
    page.selectbox(key="network").set_value("classic").run()
    assert not page.error
    assert "This is a 3." in said(page)


def test_more_care_leaves_more_to_a_person(page: AppTest) -> None:
    page.button(key="sample-doubtful").click().run()
    page.segmented_control(key="care").set_value("Strict").run()
    assert "please look." in said(page)
    assert "is not enough for the care you chose" in said(page)


def test_without_any_network_the_page_says_what_to_run(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digitlens.web.settings.available", dict)
    page.run()
    assert "python train" in page.error[0].value.replace("\\", "")


def test_app_py_finds_the_network_trained_beside_it_from_any_folder(page: AppTest) -> None:
    assert str(ROOT) in os.environ["DIGITLENS_MODELS"].split(os.pathsep)


def copy_network(path: Path, **changes: str) -> Path:
    """The shipped network under another name, with other facts on its card."""
    source = find()
    shutil.copy(source, path)
    card = Card.load(card_path(source))
    Card(**{**vars(card), **changes}).save(card_path(path))
    return path
