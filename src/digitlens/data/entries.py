"""The entry of each dataset that DigitLens knows by name: data, no code."""

from typing import Any

from digitlens.data.dataset import DataFile, DatasetEntry, Part, Split

__all__ = ["DATASETS", "MERGED"]

EMNIST = (
    "G. Cohen, S. Afshar, J. Tapson and A. van Schaik, EMNIST: an extension of MNIST to handwritten "
    "letters, International Joint Conference on Neural Networks, 2017"
)
NIST = "public domain (NIST)"
EMNIST_MIRRORS = (
    "https://biometrics.nist.gov/cs_links/EMNIST/",
    "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/",
)
LISTED = """\
emnist/balanced_train_tail.npz     2_336_234 f0034ecae4b5423995889521697e6db0e78797565dc08bd77d99426d517babf6
emnist/byclass_test.npz           29_513_064 cc4b90f7c116d7d43731e2eb94cee07feffd69efbe4eed6095b8a57b61d180b1
emnist/bymerge_train_part.npz     25_311_215 1dd48b6b1ba4f2e53009a785e6d0ef2320ffb5c363e062ebaaa7ccc2257c0609
emnist/digits_train_tail.npz       2_996_848 8e9a8fd78f7c321f40f3322e93f354d1e5872d33b5d4ad5b953cd18ee4669704
emnist/gzip.zip                  561_753_746 fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e
emnist/letters_test_a_to_s.npz     3_671_899 5174bf0cce983f04948c7ff184020c08549e4f77af0dbf815a7d1b966f221f9c
emnist/letters_train_tail.npz        901_022 7dd3d7d1a9a5f738655da365db606960966b98e52805c7843f177366bfd58ba9
mnist/t10k-images-idx3-ubyte.gz    7_840_016 0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7
mnist/t10k-labels-idx1-ubyte.gz       10_008 ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2
mnist/train-images-idx3-ubyte.gz  47_040_016 ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db
mnist/train-labels-idx1-ubyte.gz      60_008 65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5
other/herc_digits.npz              1_068_364 12d6f171d0e2d90be3e6387abb7066a2ab561e0eb1b4c2646861d4eeb2b50201
other/keqae_digits.npz             3_388_391 d7b1748139d7700f1645b374fdff48b2662b5462eb0c9cb38d319cf28a30011c
other/letters_kishieel.npz           442_172 c89109184d61c5b290e4d64d1921107df673f6c4d27d8757b9c11c51ea694591
other/minichazer_grid.npz          6_668_692 871c7d2eed9810e53f8e7989193ec2501651e6c8ec63d9afefd1c1dec260fa65
other/semeion.npz                     39_136 c3cc66788a1364e3c1733620bfd8e6c0e33849154dd44c66a756faaa8a41f58f
other/usps_test.npz                  240_733 e2d1adcc472aa097fc0bac4fbc8f6d420997ad0b3bffb3b5c7eefb86c7ef6879
"""
"""The files: path, bytes and SHA-256 of the content."""

DATA_FILES = {
    path: DataFile(path, int(size), sha256) for path, size, sha256 in map(str.split, LISTED.splitlines())
}
EMNIST_ARCHIVE = DATA_FILES["emnist/gzip.zip"]
BYCLASS_TEST = DATA_FILES["emnist/byclass_test.npz"]

CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BYCLASS = tuple("0123456789" + CAPITALS + CAPITALS.lower())
BYMERGE = tuple("0123456789" + CAPITALS + "abdefghnqrt")
MERGED = "CIJKLMOPSUVWXYZ"
"""Letters whose cases EMNIST takes for one where it merges: those that are written alike."""

HELD_OUT = 22_000
"""Glyphs of EMNIST-byclass's test part that no one learns from who learns from the rest."""

HELD_OUT_SEED = 1


def _emnist(kind: str, what: str, splits: dict[str, Split], **more: Any) -> DatasetEntry:
    """An entry of glyphs of EMNIST; ``more`` is what else `DatasetEntry` takes."""
    return DatasetEntry(f"EMNIST-{kind}: {what}", NIST, EMNIST, splits, **more)


def _official(
    kind: str, what: str, train: int, test: int, here: DataFile | None = None, **more: Any
) -> DatasetEntry:
    """One of EMNIST's own sets, by how many glyphs its splits have; ``here`` may have those of its test part."""
    splits = {
        "train": Split(train, (EMNIST_ARCHIVE,), _members(kind, "train")),
        "test": Split(test, (EMNIST_ARCHIVE,), _members(kind, "test"), here),
    }
    return _emnist(kind, what, splits, mirrors=EMNIST_MIRRORS, **more)


def _members(kind: str, split: str) -> tuple[str, str]:
    """Return the members of the archive for a split: a packed IDX file of images and one of labels."""
    stem = f"gzip/emnist-{kind}-{split}"
    return f"{stem}-images-idx3-ubyte.gz", f"{stem}-labels-idx1-ubyte.gz"


def _collected(name: str, what: str, glyphs: Split, **more: Any) -> DatasetEntry:
    """Glyphs that someone put up without a word of their terms."""
    title, by = f"{name.capitalize()}: {what}", f"Collected by {name}; no publication"
    return DatasetEntry(title, "none stated", by, {"train": glyphs}, **more)


def _split(count: int, *paths: str) -> Split:
    """A split that is one ``.npz`` file, or two IDX files."""
    return Split(count, tuple(DATA_FILES[path] for path in paths))


DATASETS: dict[str, DatasetEntry] = {
    "emnist-balanced": _official(
        "balanced",
        "as bymerge, with as many glyphs of each label, 28x28",
        112_800,
        18_800,
        alphabet=BYMERGE,
        merged=MERGED,
    ),
    "emnist-balanced-tail": _emnist(
        "balanced-tail",
        "the last glyphs of EMNIST-balanced to train on, upright",
        {"train": _split(9_120, "emnist/balanced_train_tail.npz")},
        alphabet=BYMERGE,
        merged=MERGED,
    ),
    "emnist-byclass": _official(
        "byclass", "digits and letters of both cases, 28x28", 697_932, 116_323, BYCLASS_TEST, alphabet=BYCLASS
    ),
    "emnist-bymerge": _official(
        "bymerge",
        "as byclass, upper and lower case merged where alike, 28x28",
        697_932,
        116_323,
        alphabet=BYMERGE,
        merged=MERGED,
    ),
    "emnist-characters": _emnist(
        "characters",
        "the glyphs of EMNIST-byclass's test part, parted anew to learn from them",
        {
            "train": Split(
                116_323 - HELD_OUT, (BYCLASS_TEST,), part=Part(HELD_OUT, HELD_OUT_SEED, held=False)
            ),
            "test": Split(HELD_OUT, (BYCLASS_TEST,), part=Part(HELD_OUT, HELD_OUT_SEED, held=True)),
        },
        alphabet=BYCLASS,
    ),
    "emnist-digits": _official("digits", "as many of each digit, 28x28", 240_000, 40_000),
    "emnist-digits-tail": _emnist(
        "digits-tail",
        "the last glyphs of EMNIST-digits to train on, upright",
        {"train": _split(11_904, "emnist/digits_train_tail.npz")},
    ),
    "emnist-letters": _official(
        "letters",
        "letters without their case, as many of each, 28x28",
        124_800,
        20_800,
        alphabet=tuple(CAPITALS),
        merged=CAPITALS,
        first=1,
    ),
    "emnist-letters-part": _emnist(
        "letters-part",
        "the last of EMNIST-letters to train on, A to S of it to test on, upright",
        {
            "train": _split(3_536, "emnist/letters_train_tail.npz"),
            "test": _split(14_800, "emnist/letters_test_a_to_s.npz"),
        },
        alphabet=tuple(CAPITALS),
        merged=CAPITALS,
    ),
    "emnist-merged": _emnist(
        "merged",
        "a part of EMNIST-bymerge to train on, upright",
        {"train": _split(99_845, "emnist/bymerge_train_part.npz")},
        alphabet=BYMERGE,
        merged=MERGED,
    ),
    "herc": _collected(
        "herc", "digits drawn on screens, 64x64, dark on light", _split(2_700, "other/herc_digits.npz")
    ),
    "keqae": _collected(
        "keqae", "digits drawn on screens, 64x64, dark on light", _split(4_000, "other/keqae_digits.npz")
    ),
    "kishieel": _collected(
        "kishieel",
        "letters a to j drawn on screens, 64x64, dark on light",
        _split(733, "other/letters_kishieel.npz"),
        alphabet=tuple("abcdefghij"),
    ),
    "minichazer": _collected(
        "minichazer",
        "digits 0 to 7 cut from scanned grids, 64x64, dark on light",
        _split(9_192, "other/minichazer_grid.npz"),
    ),
    "mnist": DatasetEntry(
        title="MNIST: handwritten digits of 500 people, 28x28, white on black",
        licence="CC BY-SA 3.0",
        citation=(
            "Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied to document "
            "recognition, Proceedings of the IEEE 86(11), 1998"
        ),
        mirrors=(
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ),
        splits={
            "train": _split(60_000, "mnist/train-images-idx3-ubyte.gz", "mnist/train-labels-idx1-ubyte.gz"),
            "test": _split(10_000, "mnist/t10k-images-idx3-ubyte.gz", "mnist/t10k-labels-idx1-ubyte.gz"),
        },
    ),
    "semeion": DatasetEntry(
        title="Semeion: handwritten digits of 80 people, 16x16, black and white only",
        licence="CC BY 4.0",
        citation=(
            "M. Buscema, MetaNet: the theory of independent judges, Substance Use & Misuse 33(2), 1998"
        ),
        splits={"test": _split(1_593, "other/semeion.npz")},
    ),
    "usps": DatasetEntry(
        title="USPS test set: digits from postcodes on envelopes, 16x16, grey",
        licence="none stated",
        citation=(
            "J. J. Hull, A database for handwritten text recognition research, IEEE Transactions on Pattern "
            "Analysis and Machine Intelligence 16(5), 1994"
        ),
        splits={"test": _split(2_007, "other/usps_test.npz")},
    ),
}
"""Name -> entry, in the order of the alphabet."""
