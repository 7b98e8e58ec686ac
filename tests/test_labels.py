from hypothesis import given
from hypothesis import strategies as st

from digitlens.labels import folder_of, label_of


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
