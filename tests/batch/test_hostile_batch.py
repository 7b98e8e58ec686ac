"""What means harm, in a batch: every input has its rows, and what is no source is refused with a sentence."""

import io
import json
import random
import zipfile
from collections import defaultdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from batch_made import ONE, InProcess

from digitlens.batch import Job, find_inputs, run_batch
from digitlens.batch.inputs import is_picture_name
from digitlens.errors import BatchError, DigitLensError, ImageError
from digitlens.files import printable
from digitlens.types.rows import encodable
from hostile_files import Hostile, hostile_files, traps, whole_files
from made_files import zipped

GOOD = "zz.png"
"""The last input, which is whole: it has to be read whatever came before."""


def rows(source: object, folder: Path, job: Job) -> dict[str, list[dict]]:
    """The rows of each input, by its name."""
    out = folder / "out.jsonl"
    done = run_batch(find_inputs(source), out, job, engine=InProcess(), overwrite=True)  # pyright: ignore[reportArgumentType]
    found = defaultdict(list)
    for line in out.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found[row["file"]].append(row)
    assert len(found) == done.total == done.done
    return found


def code(row: dict) -> str:
    return (row["error"] or "").partition(":")[0]


@pytest.fixture(scope="module")
def files() -> list[Hostile]:
    """Files of all kinds but PDFs, which take a process each."""
    some = [file for file in hostile_files(300) if "PDF" not in file.what and "scan" not in file.what][::2]
    return [file for file in some if is_picture_name(file.name)]


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_every_hostile_file_has_its_row(files, kind, tmp_path):
    data = {file.name: file.data for file in files} | {GOOD: whole_files()["PNG"]}
    root = tmp_path / "in"
    if kind == "folder":
        root.mkdir()
        for name, content in data.items():
            (root / name).write_bytes(content)
    else:
        data = {name.encode("utf-8", "replace").decode(): content for name, content in data.items()}
        root.write_bytes(zipped(data))
    found = rows(root, tmp_path, Job(single=True))
    lead = f"{root}/" if kind == "folder" else ""
    assert {*found} == {encodable(lead + name) for name in data}
    for file, name in zip(files, data, strict=False):
        (row,) = found[encodable(lead + name)]
        assert code(row) in file.outcomes | {"unreadable_image"}, (
            file.what
        )  # of damage, the archive may know more
        assert printable(row["error"] or "") == (row["error"] or "")
    assert found[lead + GOOD][0]["error"] is None


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="This system has no such devices.")
def test_what_is_no_file_is_a_row_in_a_folder_and_a_list_and_refused_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    root = tmp_path / "in"
    root.mkdir()
    (root / "up").symlink_to(root)
    names = [name for name in traps(root) if name and "\0" not in name]
    (root / GOOD).write_bytes(ONE)
    found = rows("in", tmp_path, Job(single=True))
    assert {*found} == {f"in/{path.name}" for path in root.iterdir() if not path.is_dir()}
    assert {code(row) for (row,) in found.values()} == {"unreadable_image", ""}
    assert [name for name, (row,) in found.items() if row["error"] is None] == [f"in/{GOOD}"]
    listed = [f"in/{name}" for name in (*names, "\u00e4 \u4e2d.png", GOOD)]
    (tmp_path / "list.txt").write_text("\r\n".join(listed) + "\n\n", encoding="utf-8")
    found = rows("list.txt", tmp_path, Job(single=True))
    assert [*found] == listed
    assert [name for name, (row,) in found.items() if row["error"] is None] == [f"in/{GOOD}"]
    for name in ("pipe.png", "loop.png", "dangling.png", "zero.png", "missing/a.png"):
        with pytest.raises(BatchError, match=r"cannot be read: it is a pipe|does not exist"):
            find_inputs(f"in/{name}")


def table(**columns: object) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def test_names_in_a_table_may_be_anything():
    letters = pa.array([b"\xff\xfe.png", b"\x1b[2J\n", b"../../x", b"", b"n" * 10**6], pa.binary())
    no_text = pa.StringArray.from_buffers(len(letters), *letters.buffers()[1:])
    for data in (
        table(image=[ONE] * 5, path=no_text),
        table(image=pa.StructArray.from_arrays([pa.array([ONE] * 5), no_text], ["bytes", "path"])),
    ):
        names = [item.name for item in find_inputs(data, name="t")]
        assert names == ["\udcff\udcfe.png", "\x1b[2J\n", "../../x", "t#3", "n" * 10**6]


def test_a_damaged_table_is_refused_or_read(tmp_path):
    rng = random.Random(0)
    whole = table(image=[ONE] * 100, path=[f"a{i}" for i in range(100)])
    refused = 0
    for number in range(300):
        data = bytearray(whole)
        for _ in range(rng.choice((1, 2, 5))):
            data[rng.randrange(4, len(data))] ^= 1 << rng.randrange(8)
        if number % 5 == 0:
            del data[rng.randrange(4, len(data)) :]
        try:
            for item in find_inputs(bytes(data)):
                item.load()
        except DigitLensError:
            refused += 1
    assert 100 < refused < 300


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_packed_in_unusual_ways_is_not_unpacked(method):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("a\x1b[2J.png", ONE, method)
        packed.writestr("b.png", ONE)
    items = iter(find_inputs(file.getvalue()))
    first = next(items)
    with pytest.raises(ImageError, match=r"^a\\x1b\[2J\.png is packed by a method that is not read"):
        first.load()
    assert next(items).load() == ONE
