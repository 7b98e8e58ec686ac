"""The parameters of page reading besides weights: one file of numbers beside the page network, fitted by a command."""

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from digitlens.errors import InvalidModel
from digitlens.files import atomic_write, open_file
from digitlens.model.risk import RiskStep

__all__ = ["Logistic", "PageConfig", "config_path"]

MAX_CONFIG_BYTES = 2**18


@dataclass(frozen=True)
class Logistic:
    """A logistic regression, each feature by itself: the log-odds are ``bias`` and a sum of terms, one a feature.

    With bends it is a generalised additive model (Hastie and Tibshirani, 1986), linear in pieces.

    Attributes:
        bias: nats.
        weights: nats a unit of each feature.
        bends: of some features, where and by how much their weight changes for what is above: values and nats a unit.
    """

    bias: float
    weights: dict[str, float]
    bends: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def log_odds(self, features: dict[str, Any]) -> Any:
        """The log-odds for features, one number or one array each."""
        linear = self.bias + sum(weight * features[name] for name, weight in self.weights.items())
        return linear + sum(
            change * np.maximum(features[name] - at, 0.0)
            for name, bends in self.bends.items()
            for at, change in bends
        )


def _glyph() -> Logistic:
    return Logistic(0.0, {"heat": 1.0, "digit_score": 0.3, "agreement": 0.3, "rival": -0.3})


def _gap() -> Logistic:
    return Logistic(-6.0, {"gap": 3.0, "relative": 1.0})


@dataclass(frozen=True)
class PageConfig:
    """The numbers of page reading.

    All but the first two groups are fitted by ``digitlens tune`` on drawn sheets of held-back glyphs.

    Attributes:
        look_side: pixels of a page's longer side at its first look, which finds how large its glyphs are.
        shorter_side: pixels that its shorter side is enlarged to for it, where it has fewer.
        glyph_height: pixels of a usual glyph at the second look.
        most_enlarged: times that a page is enlarged at most.
        most_pixels: pixels of a page at the second look, at most.
        least_heat: of a candidate, 0 to 1.
        overlap: intersection of two boxes, over the smaller one's area, from which only one of them is read.
        line_reach: heights of a usual glyph by which the middle of the next on its line may stand higher or lower ...
        mark_reach: ... and that of a low mark, such as a point.
        label_heat: weight of the page network's logarithm of a label's heat ...
        label_glyph: ... of the glyph network's logarithm of its probability ...
        label_line: ... and of the line network's, when the opinions are combined.
        path_line: weight of the line network's logarithm of the probability of a segmentation of a line, beside the
            log-odds of its glyphs.
        glyph: whether a candidate is a digit (or letter) of its best label.
        sign: whether one is a sign of its best label.
        gap: whether there is a gap between numbers before a glyph.
        line: whether a line is right as a whole, with what the line network says of it ...
        line_alone: ... and without, where the alphabet has labels that it does not know.
        page: whether a page is right as a whole.
        glyph_risk: error rates that thresholds on glyphs' confidence can promise ...
        line_risk: ... on lines' ...
        page_risk: ... and on pages'.
        whole_error: how many times the error rate that is wanted of glyphs may be expected among whole lines and
            pages, where that rate itself cannot be promised of them.
        fitted_on: what all of it was fitted on, and the command.
    """

    look_side: int = 640
    shorter_side: int = 96
    glyph_height: float = 26.0
    most_enlarged: float = 3.0
    most_pixels: int = 2_600_000
    least_heat: float = 0.1
    overlap: float = 0.5
    line_reach: float = 0.72
    mark_reach: float = 0.88
    label_heat: float = 1.0
    label_glyph: float = 1.0
    label_line: float = 0.5
    path_line: float = 0.5
    glyph: Logistic = field(default_factory=_glyph)
    sign: Logistic = field(default_factory=lambda: Logistic(0.0, {"heat": 1.0, "rival": -0.3}))
    gap: Logistic = field(default_factory=_gap)
    line: Logistic = field(default_factory=lambda: Logistic(0.0, {}))
    line_alone: Logistic = field(default_factory=lambda: Logistic(0.0, {}))
    page: Logistic = field(default_factory=lambda: Logistic(0.0, {}))
    glyph_risk: tuple[RiskStep, ...] = ()
    line_risk: tuple[RiskStep, ...] = ()
    page_risk: tuple[RiskStep, ...] = ()
    whole_error: float = 3.0
    fitted_on: str = "nothing yet"

    def save(self, path: Path) -> None:
        """Write it as JSON, whole or not at all."""
        with atomic_write(path) as temporary:
            temporary.write_text(f"{json.dumps(asdict(self), indent=1)}\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "PageConfig":
        """Read it from a file that `save` wrote.

        Raises:
            InvalidModel: the file is missing, is not JSON, or lacks a number.
        """
        try:
            with open_file(path) as file:
                values = json.loads(file.read(MAX_CONFIG_BYTES + 1))
            for name in ("glyph", "sign", "gap", "line", "line_alone", "page"):
                values[name] = _logistic(values[name])
            for name in ("glyph_risk", "line_risk", "page_risk"):
                values[name] = tuple(RiskStep(**step) for step in values[name])
            return cls(**{known.name: values[known.name] for known in fields(cls)})
        except FileNotFoundError:
            raise InvalidModel(
                f"{path} is missing: a page network needs its numbers beside it. `digitlens tune` writes them."
            ) from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InvalidModel(
                f"{path} does not hold the numbers of page reading: {type(error).__name__}: {error}. "
                "`digitlens tune` writes them anew."
            ) from error


def _logistic(told: dict[str, Any]) -> Logistic:
    """A regression as `PageConfig.save` wrote it; those of before 0.1 tell of no bends."""
    bends = {
        str(name): [(float(at), float(change)) for at, change in each]
        for name, each in told.get("bends", {}).items()
    }
    return Logistic(float(told["bias"]), dict(told["weights"]), bends)


def config_path(model: Path) -> Path:
    """Where the numbers of a page network stand: ``NAME.config.json`` beside ``NAME.onnx``."""
    return model.with_suffix(".config.json")
