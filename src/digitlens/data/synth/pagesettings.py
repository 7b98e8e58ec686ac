"""The difficulties of a drawn page: a number each."""

from dataclasses import dataclass

__all__ = ["PageSettings"]


@dataclass(frozen=True)
class PageSettings:
    """Parameters of a page's writing, light and capture; lengths are in heights of a digit unless they say pixels.

    Attributes:
        lines: lines on the page.
        digits: digits a line.
        height: pixels of a digit.
        spread: share by which heights differ, 0 to 0.5.
        gap: space between neighbours, in widths of the narrower one; below 0 they overlap.
        slope: degrees by which lines rise or fall.
        wave: how far lines swing up and down.
        rules: 0 plain paper, 1 ruled, 2 squared.
        rule_contrast: of the rules against the paper, as a share of the ink's.
        others: drawings in the margin that are no digits.
        pen: strokes thinner than the glyph's own, down to -1, a broken hairline, or thicker, up to 1, a marker.
        ink: contrast of the ink, 0 to 1.
        light: ink lighter than paper: chalk, a white pen, a screen in dark mode.
        colour: saturation of paper and ink, 0 to 1.
        gradient: how much darker the light is at one side, 0 to 1.
        shadow: how dark a shadow with a soft edge across the page is, 0 to 1.
        perspective: by which share of the page its corners move.
        quarter_turns: turns by 90 degrees, clockwise.
        blur: standard deviation, pixels.
        noise: standard deviation, grey levels.
        jpeg: quality, 1 to 100; 0 for none.
    """

    lines: int = 3
    digits: int = 6
    height: int = 48
    spread: float = 0.1
    gap: float = 0.4
    slope: float = 0.0
    wave: float = 0.0
    rules: int = 0
    rule_contrast: float = 0.4
    others: int = 0
    pen: float = 0.0
    ink: float = 0.8
    light: bool = False
    colour: float = 0.0
    gradient: float = 0.0
    shadow: float = 0.0
    perspective: float = 0.0
    quarter_turns: int = 0
    blur: float = 0.0
    noise: float = 0.0
    jpeg: int = 0
