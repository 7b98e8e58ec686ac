"""Figures as they stand in sentences."""

__all__ = ["percent"]


def percent(share: float, places: int = 1, unit: str = "%") -> str:
    """A share of 1 in percent; what is short of everything is never rounded up to 100 %.

    >>> percent(0.713), percent(0.9999), percent(1.0)
    ('71.3%', '99.9%', '100.0%')

    Args:
        share: 0 to 1.
        places: decimal places.
        unit: stands behind the number.
    """
    most = 100.0 if share >= 1 else 100 - 10.0**-places
    return f"{min(100 * share, most):.{places}f}{unit}"
