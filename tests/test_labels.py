from hypothesis import given
from hypothesis import strategies as st

from digitlens.labels import folder_of, label_of, named, noun


def test_digits_letters_and_both_are_called_what_they_are() -> None:
    assert [noun(labels) for labels in ("0123", "abAB", "0Aa", "αβ")] == [
        "digit",
        "letter",
        "character",
        "letter",
    ]


def test_what_is_none_of_the_labels_is_called_by_what_they_are() -> None:
    assert [named("", labels) for labels in ("07", "Ab", "0A")] == ["no digit", "no letter", "no character"]
    assert named("A", "0A") == "A"


@given(st.characters())
def test_a_folder_tells_its_label(label: str) -> None:
    assert label_of(folder_of(label)) == label


@given(st.characters(), st.characters())
def test_no_two_labels_share_a_folder_on_any_disk(one: str, other: str) -> None:
    assert one == other or folder_of(one).casefold() != folder_of(other).casefold()


@given(st.text())
def test_a_name_is_a_label_only_if_the_label_has_that_name(name: str) -> None:
    label = label_of(name)
    assert label is None or folder_of(label) == name
