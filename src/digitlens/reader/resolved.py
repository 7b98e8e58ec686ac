"""The task of a reader: with which network, in which alphabet, and the grammar of a line."""

from dataclasses import dataclass
from pathlib import Path

from digitlens.model import ALPHABETS, SIGNS, characters, find, find_for, labels_wanted
from digitlens.reader.grammar import Grammar
from digitlens.reader.lexicon import Lexicon
from digitlens.reader.options import ReadOptions
from digitlens.reader.pattern import parse

__all__ = ["ResolvedOptions"]


@dataclass(frozen=True)
class ResolvedOptions:
    """The network, alphabet and grammar chosen by options.

    Attributes:
        path: the network's file.
        alphabet: the labels to read, by name or as characters; None for all that the network has.
        signs: those that are read as glyphs: all of them, unless an alphabet or what a line may say leaves some out.
        grammar: what a line may say; None for anything.
    """

    path: Path
    alphabet: str | None
    signs: frozenset[str]
    grammar: Grammar | None

    @classmethod
    def of(cls, options: ReadOptions) -> "ResolvedOptions":
        """Settle what was left open: the alphabet by what a pattern or lexicon holds, the network by the alphabet.

        Raises:
            ValueError: a pattern that cannot be understood, or an empty lexicon.
            AlphabetMismatch: no network reads that alphabet.
            ModelNotFound: there is no such network.
        """
        model, alphabet, grammar = options.model, options.alphabet, _grammar(options)
        signs = _signs(alphabet, grammar)
        if grammar is not None and alphabet is None:
            alphabet = _around(grammar.symbols)
        if model is not None or alphabet is None:
            path = find() if model is None else find(model)
        else:
            path = find_for(labels_wanted(alphabet))
        return cls(path, alphabet, signs, grammar)


def _signs(alphabet: str | None, grammar: Grammar | None) -> frozenset[str]:
    """The signs that are read: where nothing is said of them, all."""
    if alphabet is None and grammar is None:
        return frozenset(SIGNS)
    written = "" if alphabet is None else characters(alphabet)
    return frozenset(SIGNS) & {*written, *(grammar.symbols if grammar else ())}


def _around(symbols: frozenset[str]) -> str:
    """The smallest alphabet with a name that has all these digits and letters, or just these.

    Not just these where there is a name for it: what is written is read for what it is, and then held against the
    pattern, not bent to it.
    """
    written = {symbol for symbol in symbols if symbol.isalnum()}
    able = [alphabet for alphabet in ALPHABETS.values() if written <= {*alphabet}]
    return min(able, key=len) if able else "".join(sorted(written))


def _grammar(options: ReadOptions) -> Grammar | None:
    if options.lexicon is not None:
        return Lexicon(options.lexicon)
    return (
        None if options.pattern is None else parse(options.pattern, characters(options.alphabet or "alnum"))
    )
