import base64
import errno
import io
import os
import re
from dataclasses import replace
from math import log10

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import sync_playwright

from digitlens import evaluation_report
from digitlens.data import Dataset
from digitlens.html.page import percentage
from digitlens.model.calibrate import Calibration, softmax
from digitlens.model.card import Card
from digitlens.model.metrics import figures
from digitlens.model.risk import RiskStep
from digitlens.train.report import Report, write_report
from digitlens.train.state import Epoch, TrainingProgress
from html_tree import parsed, part, rows, words

HOSTILE = "<script>alert(\"1\")</script> & 'quoted'"
CALIBRATION = Calibration(0.8, 0.5, 0.0, 0.1, (RiskStep(0.9, 5_000, 12, 0.004), RiskStep(0.0, 60, 9, 0.2)))
EPOCHS = [
    Epoch(0.9, 0.80, 0.30, 0.91, 2e-3, 60.4),
    Epoch(0.4, 0.90, 0.10, 0.97, 1e-3, 61.0),
    Epoch(0.3, 0.92, 0.12, 0.96, 1e-4, 62.6),
]


def report_of(labels=("0", "1", "2"), count=60, wrong=(3, 10, 11, 40), **changes):
    """A report on ``count`` glyphs in turn of each label, those in ``wrong`` taken for the next label.

    Glyph ``i`` is an image of the value ``i``, and the higher ``i``, the surer the network.
    """
    targets = np.arange(count) % len(labels)
    read = targets.copy()
    read[list(wrong)] = (read[list(wrong)] + 1) % len(labels)
    logits = np.zeros((count, len(labels)))
    logits[np.arange(count), read] = 2 + np.arange(count) / 10
    images = np.tile(np.arange(count, dtype=np.uint8)[:, None, None], (1, 28, 28))
    found = figures(CALIBRATION, logits, targets, labels)
    card = Card(
        sha256="ab" * 32,
        labels=labels,
        head="flatten",
        parameters=587_178,
        recipe={"name": "classic", "batch_size": 128, "affine": {"rotation": 12, "zoom": 0.1}},
        seed=7,
        command="digitlens train --recipe classic --dataset mnist --seed 7",
        trained_on="55,000 glyphs of mnist",
        metrics={},
        calibration=CALIBRATION,
        software={"python": "3.11.9", "keras": "3.12.1"},
    )
    values = {
        "card": card,
        "progress": TrainingProgress({}, EPOCHS, best=1),
        "figures": {
            "test": found,
            "validation": replace(found, errors=77),
            "training": replace(found, errors=88),
        },
        "logits": logits,
        "test": Dataset("mnist", images, targets, labels),
    }
    return Report(**{**values, **changes})


def page_of(tmp_path, report):
    path = tmp_path / "report.html"
    write_report(path, report)
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return parsed(page_of(tmp_path_factory.mktemp("report"), report_of()))


def test_the_head_tells_the_test_accuracy_with_its_interval(page):
    head = words(next(page.iter("header")))
    assert "Of 60 glyphs it had never seen the network reads 4 wrong: an accuracy of 93.33 %" in head
    assert "95 % interval of 84.07 – 97.38 %" in head
    assert "55,000 glyphs of mnist" in head


def test_the_figures_of_each_set_stand_in_its_column(page):
    table = {name: cells for name, *cells in rows(next(page.iter("table")))}
    assert table[""] == ["test", "validation", "training"]
    assert table["read wrong"] == ["4", "77", "88"]
    assert table["glyphs"] == ["60"] * 3


def test_the_curves_follow_the_epochs(page):
    section = part(page, "How it learnt")
    charts = {words(next(c.iter("strong"))): c for c in section.iter("figure")}
    assert list(charts) == ["Loss", "Accuracy", "Learning rate"]
    heights = {
        (title, line.get("class").split()[1]): [
            float(pair.split(",")[1]) for pair in line[0].get("points").split()
        ]
        for title, chart in charts.items()
        for line in chart.iter("g")
    }
    training, validation = heights["Loss", "training"], heights["Loss", "validation"]
    assert training[0] < training[1] < training[2]  # up is less on a page
    assert validation[1] > validation[2] > validation[0]
    assert validation[2] > training[2]
    accurate = heights["Accuracy", "validation"]
    assert accurate[1] < accurate[2] < accurate[0]
    assert all(v < t for v, t in zip(accurate, heights["Accuracy", "training"], strict=True))
    assert "0.0001" not in heights  # one learning rate a point
    assert len(heights["Learning rate", "rate"]) == 3


def test_the_kept_epoch_is_marked_and_every_epoch_in_the_table(page):
    section = part(page, "How it learnt")
    assert "3 epochs in 3 min 04 s. The weights of epoch 2 were kept" in words(section)
    marks = [mark.get("x") for mark in section.iter("text") if mark.get("class") == "mark"]
    assert marks == ["244.0"] * 3  # two thirds of the way from 52 to 340
    table = rows(next(section.iter("table")))
    assert [row[0] for row in table] == ["epoch", "1", "2, kept", "3"]
    assert table[3][1:] == ["0.3000", "92.00 %", "0.1200", "96.00 %", "1.00e-04", "62.6"]


def test_confusions_stand_in_the_row_written_and_the_column_read(page):
    matrix = next(t for t in page.iter("table") if t.get("class") == "confusion")
    # wrong are 3 (a 0), 10 and 40 (1s) and 11 (a 2), each taken for the next
    assert rows(matrix) == [
        ["", "0", "1", "2"],
        ["0", "19", "1", "0"],
        ["1", "0", "18", "2"],
        ["2", "1", "0", "19"],
    ]
    cells = {cell.get("title"): cell for cell in matrix.iter("td")}
    assert cells["1 read as 2: 2"].get("style") == "--heat: 1.00"
    assert cells["0 read as 1: 1"].get("style") == "--heat: 0.71"
    assert cells["0 read as 0: 19"].get("class") == "right"
    assert cells["0 read as 2: 0"].get("class") is None


def test_each_label_has_its_accuracy(page):
    table = rows(next(t for t in page.iter("table") if t.get("class") == "labels"))
    assert table[2][:5] == ["1", "20", "2", "90.00 %", "69.9 – 97.2 %"]


def test_wrong_glyphs_are_shown_surest_first(page):
    section = part(page, "What it reads wrong")
    told = [words(caption) for caption in section.iter("figcaption")]
    assert told[0] == "1 read as 2 99.9 % sure"
    assert told[3] == "0 read as 1 89.9 % sure"  # 1 / (1 + 2 exp(-2.3 / 0.8))
    assert [text[:11] for text in told] == ["1 read as 2", "2 read as 0", "1 read as 2", "0 read as 1"]
    assert next(section.iter("img")).get("alt") == "Test glyph 40: 1 read as 2"
    pixels = [pixels_of(image) for image in section.iter("img")]
    assert [values.shape for values in pixels] == [(28, 28)] * 4
    assert [set(values.flat) for values in pixels] == [{40}, {11}, {10}, {3}]


def pixels_of(image):
    kind, _, encoded = image.get("src").partition(",")
    assert kind == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded))))


def test_of_very_many_wrong_glyphs_the_surest_are_shown(tmp_path, monkeypatch):
    monkeypatch.setattr(evaluation_report, "MOST_SHOWN", 2)
    section = part(parsed(page_of(tmp_path, report_of())), "What it reads wrong")
    assert "The 2 surest of 4 test glyphs" in words(section)
    assert [set(pixels_of(image).flat) for image in section.iter("img")] == [{40}, {11}]


def test_calibration_is_told_before_and_after(page):
    section = part(page, "How far its confidence can be trusted")
    report = report_of()
    found = report.figures["test"]
    told = words(section).replace("\u00a0", " ")
    assert (
        f"from {percentage(found.ece_uncalibrated)} to {percentage(found.ece)}".replace("\u00a0", " ") in told
    )
    assert "temperature of 0.800" in told
    table = rows(next(section.iter("table")))[1:]
    for name, temperature in (("uncalibrated", 1), ("calibrated", 0.8)):
        bins = [(float(row[1][:-2]), int(row[3])) for row in table if row[0] == name]
        assert sum(count for _, count in bins) == 60
        mean = softmax(report.logits / temperature).max(axis=1).mean()
        assert sum(share * count for share, count in bins) / 60 == pytest.approx(100 * mean, abs=0.01)
        assert len([row for row in table if row[0] == name]) == len(circles(section, name))


def circles(section, style):
    return list(next(g for g in section.iter("g") if g.get("class") == f"series {style}").iter("circle"))


def test_refusing_the_doubtful_is_told(page):
    section = part(page, "What refusing the doubtful buys")
    table = dict(rows(next(section.iter("table")))[1:])
    assert table["100.0 %"] == "6.667 %"  # 4 of 60
    assert table["80.0 %"] == "2.083 %"  # of the 48 surest, from 12 on, only number 40 is wrong
    accepted = report_of().figures["test"].accepted
    assert f"it accepts {100 * accepted:.2f} % of the test glyphs" in words(section)
    mark = next(text for text in section.iter("text") if text.get("class") == "mark")
    assert float(mark.get("x", "")) == pytest.approx(52 + 288 * (3 + log10(1 - accepted)) / 3, abs=0.05)


def test_the_risk_curve_tells_the_errors_left_by_what_is_handed_over(page):
    line = next(part(page, "What refusing the doubtful buys").iter("polyline"))
    curve = sorted(tuple(map(float, pair.split(","))) for pair in line.get("points", "").split())
    assert curve[0] == (pytest.approx(52 + 288 * (3 + log10(1 / 60)) / 3, abs=0.05), height_of(4 / 59))
    assert min(up for _, up in curve) == height_of(
        4 / 57
    )  # three handed over were right; the next is number 3
    assert curve[-1] == (pytest.approx(340, abs=1), 204)  # the one that it is surest of is right


def height_of(risk, end=0.08):
    return pytest.approx(204 - 182 * risk / end, abs=0.05)


def test_everything_needed_to_make_it_again_is_told(page):
    section = part(page, "How to make it again")
    assert words(next(section.iter("pre"))) == "digitlens train --recipe classic --dataset mnist --seed 7"
    told = dict(row for table in section.iter("table") for row in rows(table))
    assert told["batch size"] == "128"
    assert told["affine rotation"] == "12"
    assert told["seed"] == "7"
    assert told["sha256"] == "ab" * 32
    assert told["keras"] == "3.12.1"


def test_the_page_asks_nothing_of_any_server(tmp_path):
    text = page_of(tmp_path, report_of())
    assert "://" not in text
    assert not re.search(r"url\(|@import", text)
    page = parsed(text)
    assert not list(page.iter("script"))
    links = [node.get(name, "") for node in page.iter() for name in ("src", "href") if name in node.attrib]
    assert all(link.startswith("data:") for link in links)
    policy = next(m.get("content", "") for m in page.iter("meta") if m.get("http-equiv"))
    assert policy.startswith("default-src 'none'")


def test_every_chart_has_a_table_or_is_told_in_words(page):
    for chart in (figure for figure in page.iter("figure") if figure.get("class") == "chart"):
        section = next(s for s in page.iter("section") if chart in s.iter())
        assert next(section.iter("table"), None) is not None
        assert next(chart.iter("svg")).get("aria-label")
    assert all(image.get("alt") for image in page.iter("img"))
    assert len(list(page.iter("h1"))) == 1


def test_hostile_words_stay_words(tmp_path):
    report = report_of(labels=(HOSTILE, '"><img src=x onerror=y>', "&amp;"))
    card = replace(report.card, command=HOSTILE, software={HOSTILE: HOSTILE}, trained_on=HOSTILE)
    page = parsed(page_of(tmp_path, replace(report, card=card, test=replace(report.test, name=HOSTILE))))
    assert not list(page.iter("script"))
    assert len(list(page.iter("img"))) == 4
    assert words(next(page.iter("h1"))) == f"classic on {HOSTILE}"
    assert words(next(page.iter("title"))) == f"classic on {HOSTILE}"
    assert words(next(page.iter("pre"))) == HOSTILE
    matrix = next(t for t in page.iter("table") if t.get("class") == "confusion")
    assert rows(matrix)[0] == ["", HOSTILE, '"><img src=x onerror=y>', "&amp;"]
    assert next(matrix.iter("td")).get("title", "").startswith(f"{HOSTILE} read as {HOSTILE}")


def test_a_path_that_is_no_text_is_shown_with_escapes(tmp_path):
    report = report_of()
    card = replace(report.card, command="digitlens train --dataset caf\udce9")
    page = parsed(page_of(tmp_path, replace(report, card=card)))
    assert words(next(page.iter("pre"))) == r"digitlens train --dataset caf\udce9"


def test_one_epoch_and_no_errors_make_a_page_too(tmp_path):
    progress = TrainingProgress({}, [Epoch(0.0, 1.0, 0.0, 1.0, 0.0, 3_700.0)], best=0)
    text = page_of(tmp_path, report_of(wrong=(), progress=progress))
    page = parsed(text)
    assert "nan" not in text
    assert "1 epoch in 1 h 01 min" in words(part(page, "How it learnt"))
    assert "Nothing: every test glyph was read right." in words(part(page, "What it reads wrong"))
    assert "100.00 %" in words(next(page.iter("header"))).replace("\u00a0", " ")


def test_a_run_whose_loss_became_nan_still_makes_a_page(tmp_path):
    broken = TrainingProgress(
        {}, [*EPOCHS, replace(EPOCHS[0], loss=float("nan"), val_loss=float("nan"))], best=1
    )
    page = parsed(page_of(tmp_path, report_of(progress=broken)))
    line = next(g for g in page.iter("g") if g.get("class") == "series training")
    assert len(line[0].get("points", "").split()) == 3


@pytest.mark.parametrize(
    ("share", "places", "text"),
    [
        (0.9957, 2, "99.57"),
        (1, 2, "100.00"),
        (0.99999, 2, "99.99"),
        (0.9996, 1, "99.9"),
        (0, 2, "0.00"),
        (0.9, 0, "90"),
    ],
)
def test_what_is_short_of_everything_is_never_rounded_up_to_it(share, places, text):
    assert percentage(share, places) == f"{text}\u00a0%"


def test_a_full_disk_leaves_the_page_that_was_there(tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("the report before")

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("digitlens.files.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_report(path, report_of())
    assert path.read_text() == "the report before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.browser
def test_a_browser_shows_it_without_a_fault(tmp_path, chromium):
    path = tmp_path / "report.html"
    write_report(path, report_of(labels=tuple("0123456789"), count=200))
    asked, said = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800})
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(path.as_uri())
        shape = page.evaluate(
            "[document.documentElement.scrollWidth, getComputedStyle(document.body).margin]"
        )
        images = page.evaluate("[...document.images].map(image => image.naturalWidth)")
        browser.close()
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert said == []
    assert shape == [390, "0px"]  # nothing sticks out of a phone, and the style was taken
    assert images == [28] * 4
