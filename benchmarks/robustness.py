"""How networks read what they were not trained on: corrupted digits, other datasets, letters.

    python benchmarks/robustness.py [MODEL ...] [--validation]

With --validation only glyphs held back from training are looked at: for choosing settings.
"""

import argparse
import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlens.data import DIGITS, LOOK_ALIKES, load
from digitlens.data.synth import corrupt
from digitlens.imaging import frame, frame_all, open_picture
from digitlens.model import MAX_ERROR, Network, find
from digitlens.model.metrics import calibration_error
from digitlens.train.mixture import letters
from digitlens.train.recipes import RECIPES
from digitlens.train.sets import sets_of
from table import Row, row

KINDS = (
    *("shot", "impulse", "glass", "motion", "shear", "scale", "rotate", "brightness", "crop", "stripes"),
    *("fog", "spatter", "dotted", "zigzag", "outline"),
)
"""The fifteen kinds of MNIST-C, in our own making."""

SEVERITY = 0.35
"""At this one `classic` reads 85 to 89 % on average over all kinds: measured on held-back training digits."""

Images = NDArray[np.uint8]
Labels = NDArray[np.int64]


def main() -> None:
    """Measure the networks that are named, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="*", default=["classic", "robust"], metavar="MODEL")
    parser.add_argument("--validation", action="store_true")
    chosen = parser.parse_args()
    for each in measure(chosen.models, validation=chosen.validation):
        print(f"{each['what']:<56} {each['value']:>10.2f} {each['unit']}")


def measure(models: Sequence[str] = ("classic", "robust"), *, validation: bool = False) -> list[Row]:
    """Every figure of every network, in percent."""
    networks = {name: Network.load(find(name), threads=2) for name in models}
    rows = _rows(networks, validation)
    return [
        row(f"{what}, {name}", 100 * value, "%")
        for what, values in rows.items()
        for name, value in zip(networks, values, strict=True)
    ]


def _rows(networks: dict[str, Network], validation: bool) -> dict[str, list[float]]:
    """What was measured -> the figure of each network."""
    digits, labels = _mnist(validation)
    rows = {"digits": _accuracy(networks, digits, labels)}
    some = np.random.default_rng(0).permutation(len(digits))[:1_000]
    for kind in KINDS:
        rng = np.random.default_rng(0)
        corrupted = frame_all(corrupt(image, kind, SEVERITY, rng) for image in digits[some])
        rows[kind] = _accuracy(networks, corrupted, labels[some])
    means = np.mean([rows[kind] for kind in KINDS], axis=0)
    rows["mean of 15 corruptions"] = means.tolist()
    others = _letters(validation)
    rows["AUROC of digit_score, letters"] = [
        _auroc(_scores(network, digits), _scores(network, others)) for network in networks.values()
    ]
    if not validation:
        rows |= _elsewhere(networks)
    return rows


def _elsewhere(networks: dict[str, Network]) -> dict[str, list[float]]:
    """Other people's digits, none of which any network was trained on."""
    sets = {name: _framed(name, "test") for name in ("usps", "semeion")}
    sets["real_single"] = _pictures("real_single")
    rows = {name: _accuracy(networks, *glyphs) for name, glyphs in sets.items()}
    together = [np.concatenate(parts) for parts in zip(*sets.values(), strict=True)]
    rows["calibration error, the three"] = [
        calibration_error(*_confidence(network, *together)) for network in networks.values()
    ]
    others, _ = _pictures("not_digits")
    rows["not_digits refused"] = [_refused(network, others) for network in networks.values()]
    return rows


def _mnist(validation: bool) -> tuple[Images, Labels]:
    if not validation:
        return _framed("mnist", "test")
    held = sets_of("mnist", RECIPES["robust"].held_back).validation
    return held.images, held.labels


def _framed(name: str, split: str) -> tuple[Images, Labels]:
    found = load(name, split)
    return frame_all(found.images), found.labels


def _letters(validation: bool) -> Images:
    """Letters that no one reads as digits: EMNIST's, held back from training or of its test part."""
    if validation:
        world = RECIPES["robust"].world
        assert world is not None
        return letters(world)[1]
    with np.load(_data("emnist/byclass_test.npz"), allow_pickle=False) as archive:
        labels = archive["labels"]
        usable = np.isin(
            labels, [label for label in set(labels.tolist()) if label not in LOOK_ALIKES | set(DIGITS)]
        )
        glyphs = archive["images"][usable]
    learnt = {image.tobytes() for image in load("emnist-merged", "train").images}
    fresh = [i for i, image in enumerate(glyphs) if image.tobytes() not in learnt]
    return frame_all(glyphs[np.random.default_rng(0).permutation(fresh)[:10_000]])


def _pictures(folder: str) -> tuple[Images, Labels]:
    """The pictures of a folder with an ``index.csv``, and their labels; -1 where they have none."""
    with _data(f"{folder}/index.csv").open(encoding="utf-8") as index:
        entries: list[dict[str, Any]] = list(csv.DictReader(index))
    entries = [entry for entry in entries if not entry.get("confusable")]
    frames = [frame(open_picture(_data(f"{folder}/{entry['file']}")).pixels).image for entry in entries]
    return np.stack(frames), np.array([int(entry.get("label") or -1) for entry in entries])


def _data(path: str) -> Path:
    return Path(os.environ["DIGITLENS_DATA"]) / path


def _accuracy(networks: dict[str, Network], images: Images, labels: Labels) -> list[float]:
    """The share that each network reads right, whether it would accept it or not."""
    return [float(_confidence(network, images, labels)[1].mean()) for network in networks.values()]


def _confidence(network: Network, images: Images, labels: Labels) -> tuple[NDArray[Any], NDArray[Any]]:
    """How sure it is of each, and whether it is right."""
    probabilities = network.card.calibration.probabilities(network.logits_of(images))
    return probabilities.max(axis=1), probabilities.argmax(axis=1) == labels


def _refused(network: Network, images: Images) -> float:
    calibration = network.card.calibration
    predictions = calibration.predict(network.logits_of(images), calibration.threshold(MAX_ERROR))
    return 1 - float(predictions.accepted.mean())


def _scores(network: Network, images: Images) -> NDArray[Any]:
    return network.card.calibration.evidence(network.logits_of(images))


def _auroc(known: NDArray[Any], others: NDArray[Any]) -> float:
    """The chance that one of the known has a higher score than one of the others."""
    ranked = np.sort(others)
    below, upto = np.searchsorted(ranked, known, "left"), np.searchsorted(ranked, known, "right")
    return float((below + upto).mean() / (2 * len(others)))


if __name__ == "__main__":
    main()
