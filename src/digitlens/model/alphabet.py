"""An alphabet to read by: some of a network's labels, the others being no answer or none but a look-alike's."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from string import ascii_lowercase, ascii_uppercase, digits
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitlens.errors import AlphabetMismatch
from digitlens.model.calibrate import Calibration, energy

if TYPE_CHECKING:
    from digitlens.model.card import Card

__all__ = ["ALPHABETS", "SIGNS", "Alphabet", "characters", "check_alphabet", "labels_wanted", "look_alikes"]

Floats = NDArray[np.floating]

ALPHABETS = {
    "alnum": digits + ascii_uppercase + ascii_lowercase,
    "digits": digits,
    "letters": ascii_uppercase + ascii_lowercase,
    "lower": ascii_lowercase,
    "upper": ascii_uppercase,
}
"""Alphabets that have a name; any other is given by its characters."""

SIGNS = "+-×÷=().,/:%$€£"
"""Characters that no glyph network is asked about: the page network names them."""

_WORD = re.compile(r"[^\W\d_]{3,}")
_QUOTED = re.compile(r"""(['"])(.+)\1""")


def characters(alphabet: str) -> str:
    """The characters of an alphabet given by name or by themselves, in quotes or not, each once.

    Raises:
        ValueError: it has none, or a blank.
    """
    quoted = _QUOTED.fullmatch(alphabet)
    found = "".join(dict.fromkeys(quoted[2] if quoted else ALPHABETS.get(alphabet, alphabet)))
    if not found or any(character.isspace() for character in found):
        names = ", ".join(ALPHABETS)
        raise ValueError(f"alphabet is {alphabet!r}; it must be one of {names}, or characters, no blanks")
    return found


def check_alphabet(alphabet: str) -> None:
    """Refuse an alphabet that somebody gave but hardly meant.

    Three letters or more that stand together and not in the order of the alphabet are a word: a name that there is not
    rather than characters.

    Raises:
        ValueError: it has such a word, no character, or a blank.
    """
    characters(alphabet)
    words = () if alphabet in ALPHABETS or _QUOTED.fullmatch(alphabet) else _WORD.findall(alphabet)
    for word in words:
        if [*word] != sorted({*word}):
            raise ValueError(
                f"alphabet is {alphabet!r}, but {_objection(word)}. "
                f"To read just these characters, put them in quotes of their own, \"'{alphabet}'\""
            )


def _objection(word: str) -> str:
    if word in ALPHABETS:
        return (
            f"the name {word} stands alone: give its characters with the others, such as {ALPHABETS[word]}-"
        )
    close = get_close_matches(word.lower(), ALPHABETS, 1)
    meant = f"did you mean {close[0]}? The names are" if close else "the names are"
    return f"{word!r} is no name of one: {meant} {', '.join(ALPHABETS)}"


def labels_wanted(alphabet: str) -> tuple[str, ...]:
    """The characters of an alphabet that a network has to tell apart: all but the `SIGNS`.

    Raises:
        ValueError: it has none.
    """
    found = tuple(character for character in characters(alphabet) if character not in SIGNS)
    if not found:
        raise ValueError(f"alphabet is {alphabet!r}, which is signs alone; it needs a digit or a letter too")
    return found


@dataclass(frozen=True, eq=False)
class Alphabet:
    """The labels of an alphabet, and how they are told apart by the logits of a network.

    A label left out speaks against a glyph of the alphabet as what is no glyph at all does, but for one that is
    taken for a label of the alphabet now and then, as O is for 0: where only digits are, an O is a 0.

    Attributes:
        labels: those read, in the order of the network's.
        calibration: from what `restrict` gives to what may be said.
        columns: the logits of the labels.
        against: the logits of what speaks against each of them.
    """

    labels: tuple[str, ...]
    calibration: Calibration
    columns: NDArray[np.intp]
    against: NDArray[np.intp]

    @classmethod
    def of(cls, card: "Card", wanted: str | None = None, name: str = "The network") -> "Alphabet":
        """The alphabet that is wanted, as the network of a card reads it.

        Its calibration is its own where one was fitted, else the network's, which promises less than may be had.

        Args:
            card: of the network.
            wanted: an alphabet's name, or its characters; None for all that the network reads.
            name: of the network, for the sentence of the error.

        Raises:
            AlphabetMismatch: the network lacks a label.
            ValueError: it is no alphabet.
        """
        own, wanted_labels = set(card.labels), card.labels if wanted is None else labels_wanted(wanted)
        if missing := [label for label in wanted_labels if label not in own]:
            raise AlphabetMismatch(
                f"{name} does not read {''.join(missing)}: it reads {''.join(card.labels)}. "
                "Choose another model, or leave these out of the alphabet."
            )
        labels = tuple(label for label in card.labels if label in wanted_labels)
        alike = {other for label in labels for other in card.alike.get(label, "")}
        out = [i for i, label in enumerate(card.labels) if label not in labels and label not in alike]
        if card.calibration.other:
            out.append(len(card.labels))
        fitted = next(
            (fit for key, fit in card.alphabets.items() if {*ALPHABETS.get(key, "")} == {*labels}), None
        )
        index = [card.labels.index(label) for label in labels]
        calibration = replace(fitted or card.calibration, alike=look_alikes(card.alike, labels))
        return cls(labels, calibration, np.array(index, int), np.array(out, int))

    def restrict(self, logits: Floats) -> Floats:
        """The logits of the labels and, where the network has a class for it, of all that speaks against them.

        Args:
            logits: of all the network's labels, (..., K) or (..., K + 1).

        Returns:
            (..., L) or (..., L + 1); the very same where the alphabet is the network's own.
        """
        if len(self.columns) + self.calibration.other == logits.shape[-1]:
            return logits
        kept = logits[..., self.columns]
        if not self.calibration.other:
            return kept
        return np.concatenate([kept, energy(logits[..., self.against])[..., None]], axis=-1)

    def merged(self, logits: Floats, meanings: Sequence[str]) -> Floats:
        """Logits of groups of labels, whose probabilities are the sums of their labels'.

        Args:
            logits: as `restrict` gives them, (N, L) or (N, L + 1).
            meanings: the characters of each of the G groups; each is a label.

        Returns:
            (N, G) or (N, G + 1); the very same where each label is a group.
        """
        if tuple(meanings) == self.labels:
            return logits
        temperature = self.calibration.temperature
        groups = []
        for meaning in meanings:
            columns = [self.labels.index(label) for label in meaning]
            groups.append(temperature * energy(logits[:, columns] / temperature))
        rest = [logits[:, -1]] if self.calibration.other else []
        return np.stack([*groups, *rest], axis=-1)


def look_alikes(alike: Mapping[str, str], labels: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """Return, of each of some labels, the indices of its look-alikes among them, as `Calibration.alike` has them.

    Args:
        alike: as of `Card`.
        labels: the L labels.
    """
    found = tuple(
        tuple(i for i, other in enumerate(labels) if other in alike.get(label, "")) for label in labels
    )
    return found if any(found) else ()
