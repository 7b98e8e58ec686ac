"""A dataset once loaded, and its entry in the registry before."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from digitlens.errors import DatasetError
from digitlens.types import DIGITS

__all__ = ["DIGITS", "LOOK_ALIKES", "DataFile", "Dataset", "DatasetEntry", "Part", "Split"]

LOOK_ALIKES = frozenset("OoIiLlZzSsBbgqGDQYyTtJj")
"""Letters that some hands write as others write a digit: no one can say that these are not digits."""


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Labelled glyphs in memory.

    Attributes:
        name: the registered name, or the folder as given.
        images: uint8 (N, H, W), 0 to 255, as the dataset has them: not framed, polarity unchanged.
            A dataset read from a folder is framed already. The array may be read-only.
        labels: int64 (N,), indices into ``alphabet``.
        alphabet: the label of each class index, one character each. In what is learnt from, a label of several
            characters says that the glyph is one of them, and not which.
        framed: whether the images are framed glyphs, as those of a folder are, or still to be framed.
        merged: capital letters whose label says nothing of the case: ``"C"`` is written C or c.
    """

    name: str
    images: NDArray[np.uint8] = field(repr=False)
    labels: NDArray[np.int64] = field(repr=False)
    alphabet: tuple[str, ...]
    framed: bool = False
    merged: str = ""

    def __len__(self) -> int:
        """The number of glyphs."""
        return len(self.labels)

    @property
    def digest(self) -> str:
        """SHA-256 over images and labels, in hexadecimal."""
        return sha256(self.images.tobytes() + self.labels.tobytes()).hexdigest()

    def rows(self, chosen: NDArray[np.integer] | NDArray[np.bool_]) -> "Dataset":
        """Some of the glyphs: by their positions, or by a mask (N,)."""
        return replace(self, images=self.images[chosen], labels=self.labels[chosen])

    def under(self, alphabet: tuple[str, ...], owner: str) -> "Dataset":
        """The same glyphs, their labels counted in another alphabet.

        Args:
            alphabet: has all labels of this one, and maybe more.
            owner: whose it is, for the error.

        Raises:
            DatasetError: it lacks a label.
        """
        if alphabet == self.alphabet:
            return self
        if missing := [label for label in self.alphabet if label not in alphabet]:
            raise DatasetError(
                f"{self.name} has the labels {''.join(self.alphabet)}, but {owner} has only {''.join(alphabet)}: "
                f"to be learnt together, {''.join(missing)} must be left out."
            )
        index = np.array([alphabet.index(label) for label in self.alphabet], np.int64)
        return replace(self, labels=index[self.labels], alphabet=alphabet)

    def extended(self, more: "Dataset") -> "Dataset":
        """The glyphs with those of another set behind them, whose labels are some of these.

        Raises:
            DatasetError: it has other labels too.
        """
        more = more.under(self.alphabet, self.name)
        return self.joined(more.images, more.labels)

    def meaning(self, label: str) -> str:
        """The characters that a label of the alphabet may stand for: ``"Cc"`` for ``"C"`` where cases are merged."""
        return label + label.lower() if label in self.merged and label else label

    def joined(self, images: NDArray[np.uint8], labels: NDArray[np.integer]) -> "Dataset":
        """The glyphs with more behind them: images (M, H, W) and labels (M,) of the same alphabet."""
        return replace(
            self,
            images=np.concatenate([self.images, images]),
            labels=np.concatenate([self.labels, labels]),
        )


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file of a dataset.

    The hash is that of the content, unpacked where the name ends in ``.gz``: mirrors pack anew,
    and an unpacked copy serves as well as a packed one.

    Attributes:
        path: ``FOLDER/FILE`` under ``DIGITLENS_DATA`` and in the cache; mirrors have it as ``FILE``.
        size: bytes of the content.
        sha256: hash of the content, 64 hexadecimal digits.
    """

    path: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the glyphs that files hold, drawn by chance, of each label its share.

    Attributes:
        count: how many are held out.
        seed: where chance comes from.
        held: whether this part is those held out, or all others.
    """

    count: int
    seed: int
    held: bool


@dataclass(frozen=True, slots=True)
class Split:
    """One split of a registered dataset.

    Attributes:
        count: how many glyphs it has.
        files: an IDX file of images and one of labels, or one ``.npz`` with ``images`` and ``labels``, or a zip
            archive.
        members: of an archive, its IDX file of images and that of labels, each packed with gzip.
        instead: an ``.npz`` with the same glyphs, used where it lies on this machine.
        part: which of the glyphs are the split; None for all.
    """

    count: int
    files: tuple[DataFile, ...]
    members: tuple[str, ...] = ()
    instead: DataFile | None = None
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class DatasetEntry:
    """The registry's entry of a dataset: pure data, so that another set is another entry.

    Attributes:
        title: what it is, in one line.
        licence: under which terms it is published, as far as they are stated.
        citation: the publication to cite.
        splits: ``train`` and ``test``, as far as it has them.
        mirrors: addresses of folders that hold the files, tried in this order; none where it is not
            offered for download in this form.
        alphabet: the label of each class index.
        merged: capital letters whose label says nothing of the case.
        first: what a file of labels counts the first class as.
    """

    title: str
    licence: str
    citation: str
    splits: Mapping[str, Split]
    mirrors: tuple[str, ...] = ()
    alphabet: tuple[str, ...] = DIGITS
    merged: str = ""
    first: int = 0

    @property
    def files(self) -> tuple[DataFile, ...]:
        """The files of all splits, each once."""
        return tuple(dict.fromkeys(file for split in self.splits.values() for file in split.files))
