"""Figures, spans of time and labels as a person says them."""

__all__ = ["called", "demand", "duration", "percent_in_words", "promise", "sentence"]

WITH_AN = frozenset("8AEFHILMNORSXÄÖ")
"""Labels whose names begin with a vowel, as they are said."""


def percent_in_words(share: float) -> str:
    """A share, 0 to 1, as a person writes it; what is nearly certain is never called certain."""
    if share >= 0.9995:
        return "over 99.9%"
    if share < 0.0005:
        return "under 0.1%"
    return f"{share:.1%}"


def duration(seconds: float) -> str:
    """A span of time, as a person says it."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} minutes"
    return f"{seconds / 3600:.1f} hours"


def demand(least: float, kind: str = "digit") -> str:
    """Say what the chosen care asks of a digit or letter, from the lowest confidence accepted; inf where none is."""
    if least > 1:
        return f"This network cannot promise so much care: every {kind} is left for you to look at."
    if least == 0:
        return f"This network is right often enough for that: every {kind} is accepted."
    return f"A {kind} is accepted when the network is at least {percent_in_words(least)} sure."


def called(label: str, sign: bool = False) -> str:
    """A label in a sentence: ``a 3``, ``an A``, ``a small a``, ``the sign -``; ``sign`` where an x is no letter."""
    if sign or not label.isalnum():
        return f"the sign {label}"
    if label.islower():
        return f"a small {label}"
    return f"an {label}" if label in WITH_AN else f"a {label}"


def promise(max_error: float) -> str:
    """Say what accepted means, at the error rate that is wanted."""
    return f"Of all that is accepted with this care, at most {percent_in_words(max_error)} should be wrong."


def sentence(text: str) -> str:
    """A text that begins with a capital."""
    return text[:1].upper() + text[1:]
