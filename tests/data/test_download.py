import hashlib
import io
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from mirrors import BODIES, CONTENT, FILE, PACKED, Server

from digitlens.data import cache_dir, fetch, locate
from digitlens.errors import CorruptDataset, DatasetError, DownloadFailed

FLAWED = {
    "missing": "it answers 404 Not Found",
    "broken": "it answers 500 Internal Server Error",
    "cut": "the connection was cut off",
    "stalled": "nothing came for 0.5 s",
    "silent": "nothing came for 0.5 s",
    "page": "what it sent is not the file: it should hold 300000 bytes of content, but holds only 26",
    "empty": "what it sent is not the file: .* holds only 0",
    "shorter": "what it sent is not the file: its gzip data is damaged or cut off",
    "longer": "what it sent is not the file: .* holds more",
    "altered": f"what it sent is not the file: .* SHA-256 {FILE.sha256}, but has [0-9a-f]{{64}}",
}


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.stopped.set()
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("DIGITLENS_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the file in DIGITLENS_DATA."""
    monkeypatch.setenv("DIGITLENS_DATA", str(tmp_path / "sets"))
    folder = tmp_path / "sets" / "tiny"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        pytest.fail("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def files_under(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("kind", ["good", "repacked", "unpacked"])
def test_a_download_is_kept_as_it_came(server: Server, home: Path, kind: str) -> None:
    assert locate(FILE) is None
    place = fetch(FILE, [server.mirror(kind)])
    assert place == home / "data" / "tiny" / "glyphs.gz"
    assert place.read_bytes() == BODIES[kind]
    assert files_under(home) == [place]
    assert locate(FILE) == place


def test_what_was_downloaded_once_is_not_downloaded_again(server: Server) -> None:
    assert fetch(FILE, [server.mirror("good")]) == fetch(FILE, [server.mirror("good")])
    assert server.asked == ["good"]


@pytest.mark.parametrize("kind", FLAWED)
def test_after_a_flawed_mirror_the_next_one_serves(server: Server, home: Path, kind: str) -> None:
    place = fetch(FILE, [server.mirror(kind), server.mirror("good"), server.mirror("repacked")], timeout=0.5)
    assert place.read_bytes() == PACKED
    assert server.asked == [kind, "good"]
    assert [path for path in files_under(home) if path.suffix != ".part"] == [place]


@pytest.mark.parametrize(("kind", "reason"), FLAWED.items())
def test_a_flawed_mirror_leaves_nothing_and_its_reason_is_told(
    server: Server, home: Path, kind: str, reason: str
) -> None:
    with pytest.raises(DownloadFailed, match=f"{kind}/glyphs.gz: .*{reason}") as caught:
        fetch(FILE, [server.mirror(kind)], timeout=0.5)
    assert f"Put it at {home / 'data' / 'tiny' / 'glyphs.gz'}, or set DIGITLENS_DATA" in str(caught.value)
    begun = [path.suffix for path in files_under(home)]
    assert begun == ([".part"] if kind in ("cut", "stalled") else [])
    assert locate(FILE) is None


@pytest.mark.parametrize("kind", ["cut", "stalled"])
def test_a_download_that_broke_off_is_gone_on_with(server: Server, home: Path, kind: str) -> None:
    kept = []
    for _ in range(2):
        with pytest.raises(DownloadFailed):
            fetch(FILE, [server.mirror(kind)], timeout=0.5)
        (part,) = files_under(home)
        assert PACKED.startswith(part.read_bytes())
        kept.append(part.stat().st_size)
    assert 0 < kept[0] < kept[1] < len(PACKED)
    assert server.sent == [len(PACKED), len(PACKED) - kept[0]]


@pytest.mark.parametrize(
    ("kind", "begun", "sent"),
    [
        ("good", PACKED[:1000], [len(PACKED) - 1000]),
        ("good", PACKED, []),
        ("good", b"of another file", [len(PACKED) - 15, len(PACKED)]),
        ("resets", PACKED[:1000], [len(PACKED)]),
    ],
)
def test_what_is_there_is_not_asked_for_again(
    server: Server, home: Path, kind: str, begun: bytes, sent: list[int]
) -> None:
    with pytest.raises(DownloadFailed):
        fetch(FILE, [server.mirror("cut")], timeout=0.5)
    (part,) = files_under(home)
    address = server.mirror(kind)
    name = hashlib.sha256(f"{address}{FILE.name}".encode()).hexdigest()[:8]
    part.unlink()
    part.with_name(f".{FILE.name}-{name}.part").write_bytes(begun)
    server.sent.clear()
    assert fetch(FILE, [address]).read_bytes() == PACKED
    assert server.sent == sent
    assert [path.suffix for path in files_under(home)] == [".gz"]


def test_every_mirror_is_told_with_its_own_reason(server: Server) -> None:
    mirrors = [server.mirror("missing"), "http://127.0.0.1:1/", server.mirror("cut")]
    with pytest.raises(DownloadFailed) as caught:
        fetch(FILE, mirrors)
    first, *faults, _ = str(caught.value).splitlines()
    assert first == "No mirror gave glyphs.gz:"
    assert [fault.strip().split("glyphs.gz: ")[0] for fault in faults] == mirrors
    assert "answers 404" in faults[0]
    assert "refused" in faults[1]
    assert "cut off" in faults[2]


def test_a_process_killed_in_the_middle_leaves_no_half_a_file(server: Server) -> None:
    program = f"from digitlens.data import *; fetch({FILE!r}, [{server.mirror('stalled')!r}])"
    with subprocess.Popen([sys.executable, "-c", program]) as process:
        assert server.halfway.wait(30)
        process.kill()
    assert locate(FILE) is None
    assert fetch(FILE, [server.mirror("good")]).read_bytes() == PACKED


def test_offline_opens_no_socket(no_sockets: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITLENS_OFFLINE", "1")
    with pytest.raises(DownloadFailed, match=r"tiny/glyphs.gz is not here, and DIGITLENS_OFFLINE forbids"):
        fetch(FILE, ["http://127.0.0.1:1/"])
    assert not home.exists()


@pytest.mark.parametrize(
    ("name", "content"), [("glyphs.gz", PACKED), ("glyphs", CONTENT), ("glyphs.gz", CONTENT)]
)
def test_a_file_in_the_data_folder_is_used_where_it_lies(
    no_sockets: None, home: Path, sets: Path, name: str, content: bytes
) -> None:
    (sets / name).write_bytes(content)
    assert fetch(FILE, ["http://127.0.0.1:1/"]) == sets / name
    assert not home.exists()


def test_the_data_folder_comes_before_the_cache(server: Server, sets: Path) -> None:
    cached = fetch(FILE, [server.mirror("good")])
    (sets / "glyphs.gz").write_bytes(PACKED)
    assert fetch(FILE, []) == sets / "glyphs.gz" != cached


def test_a_gzip_bomb_is_not_inflated(sets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = 0

    class Bomb(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            nonlocal read
            read += size or 0
            assert read < 2 * FILE.size
            return bytes(size or 0)

    (sets / "glyphs.gz").touch()
    monkeypatch.setattr("digitlens.data.download.unpacked", lambda path: Bomb())
    with pytest.raises(CorruptDataset, match="holds more"):
        fetch(FILE, [])


def test_a_damaged_file_in_the_data_folder_is_told_and_left_alone(no_sockets: None, sets: Path) -> None:
    place = sets / "glyphs.gz"
    place.write_bytes(BODIES["altered"])
    with pytest.raises(CorruptDataset, match=r"is not as it should be: .* SHA-256 .* Replace it") as caught:
        fetch(FILE, ["http://127.0.0.1:1/"])
    assert str(place) in str(caught.value)
    assert place.read_bytes() == BODIES["altered"]


def test_a_damaged_file_in_the_cache_is_downloaded_anew(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    place = cache_dir() / FILE.path
    place.parent.mkdir(parents=True)
    place.write_bytes(PACKED[:1000])
    assert fetch(FILE, [server.mirror("good")]) == place
    assert place.read_bytes() == PACKED
    assert "downloaded anew: its gzip data is damaged or cut off" in caplog.text


def test_a_file_without_mirrors_is_asked_for(no_sockets: None) -> None:
    with pytest.raises(DownloadFailed, match=r"not offered for download. Put it at .*glyphs.gz"):
        fetch(FILE, [])


def test_a_cache_that_cannot_be_written_is_told(server: Server, home: Path) -> None:
    home.write_text("a file where the folder should be")
    with pytest.raises(DownloadFailed, match=r"glyphs.gz cannot be written: "):
        fetch(FILE, [server.mirror("good")])


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = cache_dir() / FILE.path
    place.parent.mkdir(parents=True)
    place.write_bytes(PACKED)

    def refuse(*args: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("digitlens.files._without_waiting", refuse)
    with pytest.raises(DatasetError, match=r"glyphs.gz cannot be read: Permission denied"):
        fetch(FILE, [])


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "digitlens.data.transfer", raising=False)
    monkeypatch.setitem(sys.modules, "requests", None)
    with pytest.raises(DownloadFailed, match=r"Downloads need requests: pip install 'digitlens\[train\]'"):
        fetch(FILE, ["http://127.0.0.1:1/"])


@pytest.mark.parametrize(
    ("platform", "variable", "below"),
    [
        ("linux", "XDG_CACHE_HOME", "digitlens/data"),
        ("linux", "HOME", ".cache/digitlens/data"),
        ("darwin", "HOME", "Library/Caches/digitlens/data"),
        ("win32", "LOCALAPPDATA", "digitlens/data"),
    ],
)
def test_the_cache_is_where_the_platform_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, variable: str, below: str
) -> None:
    for name in ("DIGITLENS_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setenv(variable, str(tmp_path))
    assert cache_dir() == tmp_path / below
