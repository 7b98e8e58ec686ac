"""Files are written whole or not at all, and errors name the file that was meant."""

import errno
import os
import stat
from pathlib import Path

import pytest

from digitlens.files import atomic_write, open_file, printable, read_file


def test_the_file_takes_its_place_when_the_block_ends(tmp_path):
    path = tmp_path / "new" / "a.png"
    with atomic_write(path) as temporary:
        assert temporary.parent == path.parent
        assert temporary.suffix == ".png"
        temporary.write_bytes(b"whole")
        assert not path.exists()
    assert path.read_bytes() == b"whole"
    assert [entry.name for entry in path.parent.iterdir()] == ["a.png"]


@pytest.mark.skipif(os.name == "nt", reason="modes differ on Windows")
def test_the_file_is_as_private_as_any_other(tmp_path):
    with atomic_write(tmp_path / "a") as temporary:
        temporary.touch()
    (tmp_path / "b").touch()
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == stat.S_IMODE((tmp_path / "b").stat().st_mode)


def test_an_error_leaves_everything_as_it_was(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"before")
    with pytest.raises(FileExistsError), atomic_write(path) as temporary:
        temporary.open("xb")
    assert path.read_bytes() == b"before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_a_full_disk_is_told_with_the_name_of_the_file(tmp_path):
    path = tmp_path / "a.png"
    with pytest.raises(OSError, match="No space") as raised, atomic_write(path) as temporary:
        raise OSError(errno.ENOSPC, "No space left on device", str(temporary))
    assert raised.value.filename == str(path)
    with pytest.raises(OSError, match="No space") as raised, atomic_write(path):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert raised.value.filename == str(path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_its_place_is_told_by_its_name(tmp_path):
    (tmp_path / "a.png").mkdir()
    with pytest.raises(OSError, match=r"a\.png") as raised, atomic_write(tmp_path / "a.png") as temporary:
        temporary.touch()
    assert raised.value.filename == str(tmp_path / "a.png")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.png"]


def test_errors_about_other_files_keep_their_names(tmp_path):
    with pytest.raises(FileNotFoundError) as raised, atomic_write(tmp_path / "a"):
        Path(tmp_path / "other").read_bytes()
    assert raised.value.filename == str(tmp_path / "other")


def test_only_files_are_opened(tmp_path):
    (tmp_path / "file").write_bytes(b"abc")
    with open_file(tmp_path / "file") as file:
        assert file.read() == b"abc"
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", "/dev/null"):
        with pytest.raises(OSError, match="a pipe or a device, not a file") as caught:
            open_file(path)
        assert caught.value.filename == str(path)


def test_names_are_escaped_where_they_cannot_be_printed():
    assert printable("a b-\u00e4\u4e2d.png") == "a b-\u00e4\u4e2d.png"
    assert printable("a\nb\t\x1b[2J\x7f\u202e\udcff") == r"a\nb\t\x1b[2J\x7f\u202e\udcff"


@pytest.mark.parametrize("count", [0, 1, 999, 1000])
def test_a_file_is_read_whole(tmp_path, count):
    (tmp_path / "a").write_bytes(b"x" * count)
    assert read_file(tmp_path / "a", 1000) == b"x" * count


def test_of_a_large_file_one_byte_too_many_tells_that_it_is(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 5000)
    assert len(read_file(str(tmp_path / "a"), 1000)) == 1001


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="there are no files that tell no size")
def test_a_file_that_tells_no_size_is_read_whole():
    assert read_file("/proc/self/status", 2**20).startswith(b"Name:")


@pytest.mark.parametrize("path", ["/dev/zero", "."])
def test_what_is_no_file_is_not_read(path):
    with pytest.raises(OSError, match="a pipe or a device, not a file"):
        read_file(path, 1000)
