"""Archives that mean harm."""

import io
import struct
import zipfile

import pytest
from batch_made import ONE

from digitlens.batch import archive, find_inputs
from digitlens.errors import BatchError, DigitLensError
from made_files import zipped


def outcomes(data: bytes) -> dict[str, str]:
    """What became of each member: ``read``, or its error's message."""
    found = {}
    for item in find_inputs(data, name="in.zip"):
        try:
            item.load()
            found[item.name] = "read"
        except DigitLensError as error:
            found[item.name] = str(error)
    return found


@pytest.mark.parametrize(
    "name", ["../x.png", "/etc/x.png", "a/../../x.png", "C:\\x.png", "..\\x.png", "a/.."]
)
def test_a_name_that_leads_out_is_refused_and_the_rest_read(name):
    data = zipped({"a.png": ONE, "+" * len(name): ONE}).replace(b"+" * len(name), name.encode())
    found = outcomes(data)
    assert found.pop("a.png") == "read"
    assert [*found.values()] == [f"{next(iter(found))!r} leads out of the archive: it is not read."]


def test_an_encrypted_member_is_refused():
    data = bytearray(zipped({"a.png": ONE}))
    for at in (data.find(b"PK\3\4") + 6, data.find(b"PK\1\2") + 8):
        data[at] |= 1
    assert "a.png is encrypted: unpack the archive with its password first." in outcomes(bytes(data))["a.png"]


def test_an_archive_within_is_not_unpacked():
    data = zipped({"inner": zipped({"a.png": ONE}), "b.png": ONE})
    assert outcomes(data) == {
        "inner": "inner is an archive within the archive: unpack it first.",
        "b.png": "read",
    }


def test_damage_is_one_member_s():
    data = zipped({"a.png": ONE * 9, "b.png": ONE})
    at = data.find(b"a.png") + 20
    found = outcomes(data[:at] + bytes(8) + data[at + 8 :])
    assert "damaged in the archive" in found["a.png"]
    assert found["b.png"] == "read"


def test_a_cut_archive_is_refused():
    with pytest.raises(BatchError, match=r"in\.zip is not a zip archive, or is cut off"):
        outcomes(zipped({"a.png": ONE})[:-30])


def test_a_member_may_be_no_larger_than_a_picture(monkeypatch):
    monkeypatch.setattr(archive, "MAX_BYTES", 2**20)
    found = outcomes(zipped({"a.png": bytes(2**20 + 1), "b.png": bytes(2**20)}))
    assert found == {"a.png": "a.png would unpack to more than 1 MB, the limit.", "b.png": "read"}


def test_a_member_that_is_larger_than_it_says_is_not_unpacked_further(monkeypatch):
    data = bytearray(zipped({"a.png": bytes(10**6)}))
    for at in (data.find(b"PK\3\4") + 22, data.find(b"PK\1\2") + 24):
        data[at : at + 4] = struct.pack("<I", 1000)
    assert "damaged" in outcomes(bytes(data))["a.png"]


def test_a_bomb_is_refused(monkeypatch):
    monkeypatch.setattr(archive, "MAX_UNPACKED", 10**7)
    with pytest.raises(BatchError, match=r"in\.zip would unpack from [\d,]+ to 20,000,000 bytes"):
        outcomes(zipped({f"{i}.bmp": bytes(10**6) for i in range(20)}))
    assert len(outcomes(zipped({f"{i}.bmp": bytes(10**6) for i in range(9)}))) == 9


def test_absurdly_many_members_are_refused(monkeypatch):
    data = zipped({f"{i}.png": b"" for i in range(12)})
    monkeypatch.setattr(archive, "MAX_MEMBERS", 11)
    with pytest.raises(BatchError, match="more members than the limit, 11"):
        outcomes(data)


@pytest.mark.parametrize("wide", [False, True])
def test_a_long_table_of_members_is_refused_before_it_is_read(wide, monkeypatch):
    if wide:  # as archives of more than 65,535 members have it
        monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 5)
    data = zipped({f"{i}.png": b"" for i in range(12)})
    assert (b"PK\6\6" in data) is wide
    monkeypatch.setattr(archive, "MAX_DIRECTORY", 12 * 51 - 1)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(BatchError, match="more members than the limit"):
        outcomes(data)


def test_an_empty_archive_has_no_inputs():
    file = io.BytesIO()
    zipfile.ZipFile(file, "w").close()
    assert outcomes(file.getvalue()) == {}


@pytest.mark.parametrize(
    ("name", "told"), [("", {}), (".", {".": "'.' leads out of the archive: it is not read."})]
)
def test_members_without_a_name_harm_nobody(name, told):
    info = zipfile.ZipInfo("x")
    info.filename = name
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr(info, ONE)
        packed.writestr("a.png", ONE)
    assert outcomes(file.getvalue()) == {**told, "a.png": "read"}
