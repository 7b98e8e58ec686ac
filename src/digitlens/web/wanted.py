"""The choice of what is read: which characters, or lines of which form; asked once, for all pages."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import streamlit as st

from digitlens.batch.pool import cores
from digitlens.errors import AlphabetMismatch
from digitlens.model import ALPHABETS, MAX_ERROR, SIGNS, available, labels_of
from digitlens.reader import Reader, ReadOptions
from digitlens.reader.pattern import MOST_PLACES
from digitlens.web import render

__all__ = ["DIGITS_AND_SIGNS", "ReadingChoice", "able", "ask_wanted", "name_of", "wanted"]

MOST_THREADS = 4
"""Threads on which a network reads one page, where there are so many cores: a person waits for that page alone."""


@dataclass(frozen=True)
class ReadingChoice:
    """A choice of what is read, as `Reader` takes it, and its name.

    Attributes:
        told: in a sentence: "letters are read".
        options: with an alphabet, a pattern or a lexicon; network and error rate are asked for beside it.
    """

    told: str
    options: ReadOptions

    def reader(self, network: str | None, max_error: float) -> Reader:
        """A reader of it; of the network that is used where none is named, without one.

        Raises:
            ValueError: it cannot be understood.
            ModelError: the network, or every network, lacks a label of it, or cannot be used.
        """
        options = replace(self.options, max_error=max_error)
        return Reader(network, threads=min(cores(), MOST_THREADS), options=options)


DIGITS_AND_SIGNS = ReadingChoice(
    "digits and signs", ReadOptions(alphabet="".join([*ALPHABETS["digits"], *SIGNS]))
)
"""The choice unless another is made."""

NAMED = {
    "Digits and signs": DIGITS_AND_SIGNS,
    "Digits": ReadingChoice("digits", ReadOptions(alphabet="digits")),
    "Letters": ReadingChoice("letters", ReadOptions(alphabet="letters")),
    "Digits and letters": ReadingChoice("digits and letters", ReadOptions(alphabet="alnum")),
    "Capitals": ReadingChoice("capitals", ReadOptions(alphabet="upper")),
    "Small letters": ReadingChoice("small letters", ReadOptions(alphabet="lower")),
}
"""Choices that need no further words."""


def name_of(alphabet: str) -> str:
    """Return the name of an alphabet that can be chosen as it is, such as ``upper``.

    Raises:
        StopIteration: none of those is it.
    """
    return next(name for name, wanted in NAMED.items() if wanted.options.alphabet == alphabet)


def _characters() -> ReadingChoice | None:
    given = st.text_input(
        "Which characters",
        key="own-characters",
        max_chars=MOST_PLACES,
        placeholder="0123456789X-",
        help="No others are read, signs included: those that stand here are looked for.",
    )
    characters = "".join(
        sorted({*"".join(given.split())})
    )  # in an order in which they are no alphabet's name
    return (
        ReadingChoice(f"the characters {characters}", ReadOptions(alphabet=characters))
        if characters
        else None
    )


def _pattern() -> ReadingChoice | None:
    given = st.text_input(
        "The pattern that each line fits",
        key="own-pattern",
        max_chars=MOST_PLACES,
        placeholder="dd.dd.dddd",
        help="`d` is a digit, `a` a letter, `L` a capital, `l` a small letter, `w` a digit or a letter; any other "
        r"character is itself. Or a regular expression, such as `[A-Z]{2}\d{4}`.",
    ).strip()
    return ReadingChoice(f"lines of the pattern {given}", ReadOptions(pattern=given)) if given else None


def _words() -> ReadingChoice | None:
    given = st.text_area(
        "The words, one a line",
        key="own-words",
        placeholder="Berlin\nParis\nRome",
        help="Each line of the picture is read as one of them. Write them as they are written by hand, capitals "
        "included.",
    )
    words = tuple(filter(None, map(str.strip, given.splitlines())))
    return ReadingChoice("the words before", ReadOptions(lexicon=words)) if words else None


ASKED: dict[str, Callable[[], ReadingChoice | None]] = {
    "Characters of my own": _characters,
    "A pattern, such as a date": _pattern,
    "Words of a list": _words,
}
"""Choices that need further words."""


def ask_wanted() -> ReadingChoice:
    """Ask what is to be read; while that cannot be understood, or by no network, say why and go on as before."""
    for key in ("own-characters", "own-pattern", "own-words"):
        if key in st.session_state:  # or it would be forgotten while it is not shown
            st.session_state[key] = st.session_state[key]
    choice = st.selectbox(
        "What is read",
        [*NAMED, *ASKED],
        key="alphabet",
        help="Say what may be written: what looks alike, such as O and 0, is then told apart. With a pattern or "
        "a list of words each line is read as what fits best.",
    )
    before = wanted()
    now = NAMED[choice] if choice in NAMED else ASKED[choice]()
    if now is None:
        st.info(f"Nothing stands here yet. {_until_then(before)}", icon=":material/edit:")
        return before
    try:
        now.reader(None, MAX_ERROR)
    except (ValueError, AlphabetMismatch) as error:
        before = DIGITS_AND_SIGNS if now == before else before  # the network that read it is gone
        st.error(f"{_sentence(str(error))} {_until_then(before)}", icon=":material/error:")
        return before
    st.session_state["wanted"] = now
    return now


def _until_then(before: ReadingChoice) -> str:
    return render.unmarked(f"Until then {before.told} are read.")


def _sentence(text: str) -> str:
    return render.unmarked(f"{text[:1].upper()}{text[1:].rstrip('.')}.")


def wanted() -> ReadingChoice:
    """Return the last choice that can be read."""
    return st.session_state.get("wanted", DIGITS_AND_SIGNS)


def able(labels: Collection[str]) -> list[str]:
    """The networks that read all of these labels.

    One whose card cannot be read is among them: who chooses it is told what is wrong.
    """
    read = {name: labels_of(path) for name, path in available().items()}
    return [name for name, known in read.items() if (known or {*labels}) >= {*labels}]
