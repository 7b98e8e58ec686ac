"""The distribution of drawn sheets: a class for each table of ``sheets.toml``, which tells units and meanings."""

from dataclasses import dataclass

__all__ = [
    "ContentConfig",
    "FormsConfig",
    "OpticsConfig",
    "PaperConfig",
    "Range",
    "SceneConfig",
    "SheetsConfig",
    "Weights",
    "WholeConfig",
    "WritingConfig",
]


Range = tuple[float, float]
"""The lowest and the highest value."""

Weights = dict[str, float]
"""The weight of each kind, in proportion to which it is drawn."""


@dataclass(frozen=True, slots=True)
class SheetsConfig:
    """Kinds, sizes and views of sheets; ``sheets.toml`` tells each field's unit and meaning, here and below."""

    plain: float
    blank: float
    height: Range
    common: Range
    common_share: float
    fill: float
    overhang: float
    turn: Range
    turned: float
    perspective: float
    oblique: float
    half_size: float
    enlarged: Range
    coarsest: float
    everyday: float
    layouts: Weights


@dataclass(frozen=True, slots=True)
class WholeConfig:
    """Sizes of whole pictures."""

    inside: float
    everyday: float
    kinds: Weights
    width: dict[str, Range]
    aspect: dict[str, Range]
    digit: dict[str, Range]


@dataclass(frozen=True, slots=True)
class WritingConfig:
    """Hands and pens."""

    drawn: float
    one_form: float
    printed: float
    one_source: float
    pen: Range
    common_pen: Range
    common_pen_share: float
    own_pen: float
    sign_pen: float
    thinnest: float
    slant: Range
    slanted: float
    stretch: Range
    size_jitter: Range
    bounce: Range
    slope: Range
    sloping: float
    tilt: float
    wave: Range
    gap: Range
    tight: float
    overlap: Range
    gap_jitter: float
    number_gap: Range
    bar_one: float
    crossed_seven: float
    joined_zeros: float
    second_pen: float


@dataclass(frozen=True, slots=True)
class ContentConfig:
    """Numbers, words and cells: how often each is written."""

    numbers: Range
    digits: Range
    operators: Range
    tight_sum: float
    letters: str
    printed: tuple[str, ...]
    word_letters: Range
    letters_apart: Range
    mixed: float
    mixed_letters: float
    kinds: Weights
    cells: Weights


@dataclass(frozen=True, slots=True)
class PaperConfig:
    """Paper, its pattern, and how ink stands out from it."""

    level: Range
    tint: float
    white: float
    grain: Range
    mottle: Range
    black: float
    black_level: Range
    ink: Range
    faint: float
    faint_ink: Range
    visible: float
    ink_texture: float
    coloured: float
    through: float
    crease: float
    stain: float
    rule_pitch: Range
    rule_ink: Range
    rule_dark: float
    rule_pen: Range
    on_rules: float
    margin_rule: float
    kinds: Weights


@dataclass(frozen=True, slots=True)
class FormsConfig:
    """Tables, fields, frames and lines drawn round figures."""

    ruled: float
    cell_width: Range
    cell_height: Range
    row_overrun: float
    overrun_pitch: Range
    rule_ink: Range
    rule_pen: Range
    most_pen: float
    comb_width: Range
    comb_ticks: float
    comb_apart: float
    align: float
    frame: float
    underline: float
    leader: float
    circle: float
    crossed: float
    brace: float
    long_dash: Range
    rules: Weights


@dataclass(frozen=True, slots=True)
class SceneConfig:
    """Where the sheet lies, and what else is on it."""

    edges: float
    whole_edges: float
    reach: Range
    edge_turn: float
    both: float
    panel: float
    clutter: float
    stamp: float
    finger: float
    spiral: float
    shadow: float
    shadow_depth: Range
    gradient: float
    gradient_depth: Range
    texture: Range
    beyond: Weights
    cluttered: Weights


@dataclass(frozen=True, slots=True)
class OpticsConfig:
    """Lens, sensor, compression."""

    blur: Range
    blurred: float
    most_blur: float
    motion: float
    motion_length: Range
    most_motion: float
    noise: Range
    noisy: float
    most_noise: float
    jpeg: Range
    jpeg_detail: float
    twice: float
    compressed: float
    sharpened: float
    sharpening: Range
    gamma: Range
    gammas: float
    two_level: float
    inverted: float
    most_even: float
    full_contrast: float
