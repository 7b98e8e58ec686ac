"""The HTML: all ten bars, the right three, and nothing of a file's name or a sentence taken as markup."""

import base64
import re
from dataclasses import replace
from io import BytesIO
from types import MappingProxyType

import numpy as np
from PIL import Image

from digitlens.model import ALPHABETS
from digitlens.types import Box, Doubt, Field, Glyph, Line, Reading, Step
from digitlens.web import render
from digitlens.web.sheet import Plate
from digitlens.web.words import Verdict

SHARES = (0.0, 0.01, 0.02, 0.83, 0.0, 0.1, 0.0, 0.0, 0.04, 0.0)
GLYPH = Glyph(
    "3",
    0.83,
    0.9,
    Box(0, 0, 9, 9),
    True,
    None,
    MappingProxyType(dict(zip("0123456789", SHARES, strict=True))),
)
HOSTILE = '<img src=x onerror=alert(1)> & "quoted"'


def shown(uri: str) -> Image.Image:
    return Image.open(BytesIO(base64.b64decode(uri.partition("base64,")[2])))


def test_there_is_a_bar_for_each_digit_in_order_as_long_as_its_confidence() -> None:
    rows = re.findall(r"<li[^>]*><b>(\d)</b>.*?width:([\d.]+)%.*?<span>([^<]+)</span>", render.bars(GLYPH))
    assert [label for label, _, _ in rows] == list("0123456789")
    assert [float(width) for _, width, _ in rows] == [round(100 * share, 2) for share in SHARES]
    assert rows[3][2] == "83.0%"
    assert re.findall(r"<li class=dl-best><b>(\d)", render.bars(GLYPH)) == ["3"]


def test_of_a_large_alphabet_the_ten_likeliest_have_bars_best_first() -> None:
    shares = {label: (i + 1) / 1000 for i, label in enumerate(ALPHABETS["alnum"])}
    glyph = replace(GLYPH, label="z", probabilities=shares)
    assert re.findall(r"<b>(.)</b>", render.bars(glyph)) == list("zyxwvutsrq")
    assert "The ten likeliest" in render.bars(glyph)


def test_a_field_shows_what_no_glyph_was_found_for_and_the_plain_reading() -> None:
    unsure = replace(GLYPH, label="5", accepted=False, reason="unsure")
    line = Line((GLYPH, unsure), GLYPH.box, Field("3.5.", 0.9, "35"))
    html = render.result(
        Verdict("doubt", "", "", "", ""), "a.png", Reading("a.png", "classic@0", lines=(line,))
    )
    assert '<p>3.<em title="please look">5</em>.</p><small>90.0% sure; by itself 35</small>' in html
    assert render.unmarked("A? · 99%") == r"A\? · 99\%"


def test_the_top_three_stand_best_first() -> None:
    assert re.findall(r"<b>(\d)</b><span>([^<]+)", render.top_three(GLYPH)) == [
        ("3", "83.0%"),
        ("5", "10.0%"),
        ("8", "4.0%"),
    ]


def test_names_and_sentences_are_text_and_never_markup() -> None:
    told = Verdict("error", "!", "short", HOSTILE, HOSTILE)
    plate = Plate(HOSTILE, HOSTILE, "data:,", tiny=False)
    for html in (
        render.result(told, HOSTILE, Reading(None, "classic@0")),
        render.digit(told, "data:,", GLYPH),
        render.steps([plate]),
    ):
        assert "onerror=alert(1)&gt;" in html
        assert "<img src=x" not in html
        assert '"quoted"' not in html


def test_a_label_shows_markdown_as_it_is_written() -> None:
    assert render.unmarked("a_[1](x)*.png") == r"a_\[1\]\(x\)\*\.png"


def test_each_step_has_its_picture_its_name_and_its_sentence() -> None:
    steps = [
        Step("grey_page", "Brought to grey.", np.full((400, 300), 200, np.uint8)),
        Step("framed", "Put into a frame.", np.eye(28, dtype=np.uint8) * 255),
    ]
    html = render.steps(list(map(Plate.of, steps)))
    assert re.findall(r"<h3>([^<]+)</h3><p>([^<]+)</p>", html) == [
        ("1. Grey page", "Brought to grey."),
        ("2. Framed", "Put into a frame."),
    ]
    large, small = re.findall(r'<img( class=dl-pixels)? src="([^"]+)" alt="(Step \d: [^"]+)"', html)
    assert (large[0], shown(large[1]).size, large[2]) == ("", (270, 360), "Step 1: grey_page")
    assert small[0] == " class=dl-pixels"
    assert np.array_equal(np.asarray(shown(small[1])), steps[1].image)  # what the network saw, pixel by pixel


def test_every_button_gets_its_picture_and_its_tone() -> None:
    css = render.pictured({"tile-0": ("data:image/png;base64,AA", "sure"), "tile-1": (None, "error")})
    assert ".st-key-tile-0 button{--dl-tone:var(--dl-sure);--dl-face:url(data:image/png;base64,AA)}" in css
    assert ".st-key-tile-1 button{--dl-tone:var(--dl-error);--dl-face:none}" in css


def test_what_was_read_stands_line_by_line_with_the_doubtful_marked() -> None:
    unsure = replace(GLYPH, label="5", accepted=False, reason="unsure")
    lines = (Line((GLYPH, GLYPH), GLYPH.box), Line((unsure, GLYPH), GLYPH.box))
    html = render.result(
        Verdict("doubt", "", "", "", ""), "a.png", Reading("a.png", "classic@0", lines=lines)
    )
    assert re.findall(r"<p>(.*?)</p>", html)[:2] == ["33", '<em title="please look">5</em>3']


def test_signs_and_gaps_stand_where_they_were_read() -> None:
    plus = replace(GLYPH, label="+", accepted=False, reason="unsure", probabilities={"+": 0.6})
    line = Line((GLYPH, plus, GLYPH, GLYPH), GLYPH.box, gaps=(1, 3))
    html = render.result(Verdict("doubt", "", "", "", ""), "a.png", Reading("a.png", "m@1", lines=(line,)))
    assert '<p>3 <em title="please look">+</em>3 3</p>' in html


def test_what_speaks_against_accepting_is_a_list_of_sentences() -> None:
    page, line = (
        Doubt("incomplete", f"{what} & was not read.", Box(1, 2, 3, 4)) for what in ("<Ink>", "A 3")
    )
    told = Reading("a.png", "m@1", lines=(Line((GLYPH,), GLYPH.box, doubts=(line,)),), doubts=(page,))
    html = render.result(Verdict("doubt", "3", "", "", ""), "a.png", told)
    assert re.findall(r"<ol class=\"dl-doubts\"[^>]*>(.*?)</ol>", html) == [
        "<li>&lt;Ink&gt; &amp; was not read.</li><li>A 3 &amp; was not read.</li>"
    ]
    assert "<ol" not in render.result(
        Verdict("sure", "3", "", "", ""), "a.png", replace(told, lines=(), doubts=())
    )


def test_a_digit_is_shown_as_the_network_saw_it() -> None:
    frame = np.eye(28, dtype=np.uint8) * 255
    html = render.digit(
        Verdict("sure", "3", "3", "This is a 3.", ""), "data:,crop", replace(GLYPH, frame=frame)
    )
    seen = re.findall(r'<img class="dl-pixels" src="([^"]+)"', html)
    assert np.array_equal(np.asarray(shown(seen[0])), frame)
    assert "as the network saw it" not in render.digit(Verdict("sure", "", "", "", ""), "data:,", GLYPH)
