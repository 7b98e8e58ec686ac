import os
from dataclasses import replace

import pytest
from tiny_network import card_of, save_network

from digitlens.errors import AlphabetMismatch, ModelNotFound
from digitlens.model import registry
from digitlens.model.card import card_path
from digitlens.model.registry import available, find, find_for, keras_file


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Empty folders in the order in which they win: shipped, two of DIGITLENS_MODELS, the working folder."""
    found = [tmp_path / name for name in ("shipped", "one", "two", "here")]
    for folder in found:
        folder.mkdir()
    monkeypatch.setattr(registry, "SHIPPED", found[0])
    monkeypatch.setenv("DIGITLENS_MODELS", os.pathsep.join(map(str, found[1:3])))
    monkeypatch.chdir(found[3])
    return found


def test_an_earlier_folder_wins(folders):
    for folder in reversed(folders):
        newest = save_network(folder / "net.onnx", b"weights")
        assert find("net") == newest


def test_every_folder_counts(folders):
    for i, folder in enumerate(folders):
        save_network(folder / f"net{i}.onnx", b"weights")
    assert list(available()) == ["net0", "net1", "net2", "net3"]


def test_without_the_setting_only_shipped_networks_and_the_working_folder_count(folders, monkeypatch):
    monkeypatch.delenv("DIGITLENS_MODELS")
    for i, folder in enumerate(folders):
        save_network(folder / f"net{i}.onnx", b"weights")
    assert list(available()) == ["net0", "net3"]


def test_a_folder_that_is_not_there_is_passed_over(folders, monkeypatch):
    monkeypatch.setenv("DIGITLENS_MODELS", os.pathsep.join(["", "/nowhere/at/all", str(folders[1])]))
    assert find(save_network(folders[1] / "net.onnx", b"weights").stem).parent == folders[1]


def test_a_network_without_its_card_is_not_offered(folders):
    (folders[0] / "bare.onnx").write_bytes(b"weights")
    save_network(folders[1] / "bare.onnx", b"weights")
    assert available() == {"bare": folders[1] / "bare.onnx"}


def test_the_smallest_network_with_the_labels_is_found_past_a_broken_card(folders):
    for name, labels in (("robust", "01"), ("few", "01ab"), ("many", "01abc"), ("broken", "ab")):
        path = save_network(folders[0] / f"{name}.onnx", b"weights")
        replace(card_of(b"weights"), labels=tuple(labels)).save(card_path(path))
    (folders[0] / "broken.card.json").write_text("{")
    assert [find_for(labels).stem for labels in ("0", "ab", "c")] == ["robust", "few", "many"]
    with pytest.raises(AlphabetMismatch, match="No model reads all of abd"):
        find_for("abd")


def test_a_path_is_taken_as_it_is(folders, tmp_path):
    path = tmp_path / "elsewhere" / "net.onnx"
    save_network(folders[0] / "net.onnx", b"weights")
    assert find(save_network(path, b"weights")) == path
    assert find(str(path)) == path


def test_an_unknown_name_tells_the_known_ones(folders):
    save_network(folders[0] / "classic.onnx", b"weights")
    save_network(folders[3] / "mine.onnx", b"weights")
    with pytest.raises(ModelNotFound, match=r"no model 'nine'\. Name one of classic, mine,"):
        find("nine")


def test_where_there_is_none_at_all_it_says_so(folders, tmp_path):
    with pytest.raises(ModelNotFound, match="none found"):
        find(tmp_path / "missing.onnx")


def test_the_keras_network_is_the_one_beside_the_onnx_file(folders):
    save_network(folders[0] / "net.onnx", b"weights")
    with pytest.raises(ModelNotFound, match=r"net\.keras is missing"):
        keras_file("net")
    (folders[0] / "net.keras").write_bytes(b"keras")
    assert keras_file("net") == folders[0] / "net.keras"


def test_a_keras_file_is_taken_as_it_is(tmp_path):
    path = tmp_path / "best.h5"
    with pytest.raises(ModelNotFound, match=r"There is no file .*best\.h5"):
        keras_file(path)
    path.write_bytes(b"keras")
    assert keras_file(path) == path
