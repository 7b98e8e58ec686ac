"""Lexicons: the words that a field may hold, as a grammar."""

from collections.abc import Collection, Mapping

__all__ = ["Lexicon"]


class Lexicon:
    """Words, as a tree of their beginnings; its states are those."""

    def __init__(self, words: Collection[str]) -> None:
        """Take the words, as they are written; blanks around them do not count.

        Raises:
            ValueError: there are none.
        """
        self.start = ""
        self._words = frozenset(filter(None, map(str.strip, words)))
        if not self._words:
            raise ValueError("the lexicon has no words: it needs one or more, a line each")
        self._moves: dict[str, dict[str, str]] = {}
        for word in sorted(self._words):  # so that of two equally likely words always the same is read
            for end in range(len(word)):
                self._moves.setdefault(word[:end], {})[word[end]] = word[: end + 1]

    @property
    def symbols(self) -> frozenset[str]:
        """Every character that occurs."""
        return frozenset("".join(self._words))

    def moves(self, state: str) -> Mapping[str, str]:
        """The characters that may follow a beginning, and the longer beginnings."""
        return self._moves.get(state, {})

    def ends(self, state: str) -> bool:
        """Tell if the beginning is a word."""
        return state in self._words
