"""Packages that batch work needs besides DigitLens, and what to say where they are missing."""

from collections.abc import Iterator
from contextlib import contextmanager

from digitlens.errors import BatchError

__all__ = ["extra"]


@contextmanager
def extra(purpose: str, name: str = "batch") -> Iterator[None]:
    """Import a package of the extra ``name`` within.

    Raises:
        BatchError: it is not installed; says what ``purpose`` needs, and what to install.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "digitlens":
            raise
        raise BatchError(
            f'{purpose} need {error.name}, which is not installed: pip install "digitlens[{name}]".'
        ) from error
