"""What the page says, and that it never says more than the reading does."""

from collections.abc import Mapping
from math import inf
from pathlib import Path
from types import MappingProxyType

import pytest

from digitlens.errors import UnreadableImage
from digitlens.model import Calibration, Card, Network
from digitlens.types import Box, Glyph, Line, Reading, Reason
from digitlens.web.words import demand, facts, percent, tally, verdict


def reading(label: str, reason: Reason | None, probabilities: Mapping[str, float]) -> Reading:
    box = Box(0, 0, 9, 9)
    best = max(probabilities.values())
    glyph = Glyph(label, best, 0.9, box, reason is None, reason, MappingProxyType(dict(probabilities)))
    return Reading(None, "classic@0", lines=(Line((glyph,), box),))


def test_a_sure_digit_is_said_plainly() -> None:
    told = verdict(reading("8", None, {"8": 0.983, "3": 0.017}))
    assert (told.tone, told.sign, told.short) == ("sure", "8", "8 · 98.3%")
    assert (told.headline, told.advice) == ("This is an 8.", "98.3% sure.")


def test_an_accepted_digit_of_little_confidence_is_only_probable() -> None:
    assert verdict(reading("4", None, {"4": 0.7, "9": 0.3})).headline == "This is probably a 4."


def test_an_unsure_digit_names_both_and_asks_a_person() -> None:
    told = verdict(reading("4", "unsure", {"9": 0.41, "4": 0.58, "1": 0.01}))
    assert (told.tone, told.sign) == ("doubt", "4?")
    assert told.headline == "Perhaps a 4, perhaps a 9: please look."
    assert told.advice.startswith("58.0% sure is not enough")
    assert "choose less care" in told.advice


def test_what_is_no_digit_says_so_and_what_to_do() -> None:
    told = verdict(reading("", "not_a_digit", {"8": 0.6, "0": 0.4}))
    assert (told.tone, told.sign) == ("none", "?")
    assert "not look like a digit" in told.headline
    assert "cut the picture" in told.advice
    assert told.advice.endswith("The nearest would be 8.")


def test_a_blank_picture_says_what_to_do() -> None:
    told = verdict(Reading(None, "classic@0"))
    assert (told.tone, told.short, told.headline) == ("none", "blank", "Nothing is written here.")
    assert "darker pen" in told.advice


def test_an_error_is_told_as_the_sentence_it_carries() -> None:
    told = verdict(Reading(None, "classic@0", error=UnreadableImage("the data is empty: save it again.")))
    assert (told.tone, told.short) == ("error", "not readable")
    assert told.advice == "The data is empty: save it again."


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (1.0, "over 99.9%"),
        (0.9995, "over 99.9%"),
        (0.9994, "99.9%"),
        (0.5, "50.0%"),
        (0.0005, "0.1%"),
        (0.0004, "under 0.1%"),
        (0.0, "under 0.1%"),
    ],
)
def test_nothing_is_called_certain_or_impossible(share: float, words: str) -> None:
    assert percent(share) == words


def test_the_tally_counts_each_kind_and_leaves_out_what_there_is_none_of() -> None:
    sure, blank = verdict(reading("1", None, {"1": 0.9, "7": 0.1})), verdict(Reading(None, "classic@0"))
    assert tally([sure, blank, sure]) == "3 pictures: 2 read, 1 without a digit."


def test_the_demand_of_a_care() -> None:
    assert "at least 97.5% sure" in demand(0.975)
    assert "every digit is accepted" in demand(0.0)
    assert "left for you" in demand(inf)


def test_the_facts_of_a_card() -> None:
    test = {"dataset": "mnist", "count": 10_000, "accuracy": 0.9958, "interval": [0.9943, 0.9969]}
    card = Card(
        sha256="0123456789" * 6 + "0123",
        labels=tuple("0123456789"),
        head="flatten",
        parameters=586_282,
        recipe={"name": "classic"},
        seed=3,
        command="python train_model.py --seed 3",
        trained_on="55,000 glyphs of mnist",
        metrics={"test": test},
        calibration=Calibration(1, 1, 0, 0.5, ()),
    )
    told = facts(Network(Path("folder/mine.onnx"), card))
    assert told["Network"] == "mine, version 01234567"
    assert told["Right on new digits"] == (
        "99.58% of 10,000 test digits of mnist (95% interval: 99.43% to 99.69%)"
    )
    assert (told["Recipe"], told["Seed"], told["Size"]) == ("classic", "3", "586,282 trained numbers")
    assert told["File"] == str(Path("folder/mine.onnx"))
