"""Requests that are not as they should be: each refused with its status, its code and a sentence that helps."""

import json
from base64 import b64encode
from contextlib import suppress

import pytest
from api_client import BOUNDARY, as_json, error_of, json_of, multipart, part, running
from hypothesis import given
from hypothesis import strategies as st
from python_multipart.multipart import parse_options_header

from digitlens.api.errors import InvalidRequest
from digitlens.api.multipart import Part, split
from digitlens.data.samples import draw

DIGIT = b64encode(draw("mnist")).decode()
IMAGE = {"data": DIGIT}
END = f"--{BOUNDARY}--\r\n".encode()
FORM = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def api():
    with running() as api:
        yield api


def form(*parts: bytes) -> tuple[bytes, dict[str, str]]:
    return b"".join(parts) + END, FORM


FILE = part("files", draw("mnist"), "a.png")


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ((b"", {}), 415, "multipart/form-data with files, application/json"),
        ((b"", {"content-type": "image/png"}), 422, "The body is empty"),
        ((draw("mnist"), {"content-type": "video/mp4"}), 415, "its own type, such as image/png"),
        ((b"a=1", {"content-type": "application/x-www-form-urlencoded"}), 415, "multipart/form-data"),
        ((b"", JSON), 422, "not JSON"),
        ((b"{", JSON), 422, "not JSON"),
        ((b"\xff\xfe{}", JSON), 422, "The body is not UTF-8"),
        ((b"[" * 3000, JSON), 422, "nested too deeply"),
        ((b'{"images": NaN}', JSON), 422, "NaN is not a number in JSON"),
        ((b"[1]", JSON), 422, "must be a JSON object"),
        (as_json({}), 422, "images must be a list of at least one"),
        (as_json({"images": []}), 422, "images must be a list of at least one"),
        (as_json({"images": {"data": DIGIT}}), 422, "images must be a list"),
        (as_json({"images": [DIGIT]}), 422, "images.0"),
        (as_json({"images": [{}]}), 422, "'images.0.data' is missing"),
        (as_json({"images": [{"data": ""}]}), 422, "images.0.data"),
        (as_json({"images": [IMAGE, {"data": DIGIT[:-3]}]}), 422, "images.1.data is not base64"),
        (as_json({"images": [{"data": DIGIT + "\n"}]}), 422, "images.0.data is not base64"),
        (as_json({"images": [{"data": "ÄÖÜ="}]}), 422, "images.0.data is not base64"),
        (as_json({"images": [{"data": "\ud800"}]}), 422, "images.0.data"),
        (as_json({"images": [{"data": DIGIT, "file": "\udfff"}]}), 422, "images.0.file"),
        (as_json({"images": [{"data": DIGIT, "file": "x" * 1025}]}), 422, "images.0.file"),
        (
            as_json({"images": [{"data": DIGIT, "name": "a"}]}),
            422,
            "'images.0.name' is not known here; known are data, file",
        ),
        (
            as_json({"images": [IMAGE], "rotation": 90}),
            422,
            "'rotation' is not known here; did you mean 'rotate'?",
        ),
        (as_json({"images": [IMAGE], "explain": "true"}), 422, "'explain' must be a valid boolean"),
        (
            as_json({"images": [IMAGE], "signs": True}),
            422,
            "'signs': signs are always read now; alphabet=digits",
        ),
        (as_json({"images": [{"data": DIGIT, "signs": 1}]}), 422, "'images.0.signs' is not known here"),
        (as_json({"images": [IMAGE], "max_error": 0}), 422, "'max_error' must be greater than 0"),
        (
            as_json({"images": [IMAGE], "max_error": "0.1"}),
            422,
            "'max_error' must be a valid number",
        ),
        (as_json({"images": [IMAGE], "rotate": 361}), 422, "'rotate' must be less than or equal"),
        (as_json({"images": [IMAGE], "alphabet": "0 1"}), 422, "alphabet is '0 1'; it must be one of"),
        (as_json({"images": [IMAGE], "alphabet": "d\u00e9"}), 422, "No model reads all of d\u00e9"),
        (
            as_json({"images": [IMAGE], "alphabet": "0X", "model": "fast"}),
            422,
            "does not read X: it reads 0123456789",
        ),
        (as_json({"images": [IMAGE], "pattern": "[12"}), 422, "cannot be understood, at character 4"),
        (as_json({"images": [IMAGE], "pattern": "(d{100}){100}"}), 422, "10,000 places; at most 200"),
        (
            as_json({"images": [IMAGE], "pattern": "d" * 201}),
            422,
            "'pattern' must have at most 200",
        ),
        (as_json({"images": [IMAGE], "pattern": "d", "lexicon": ["1"]}), 422, "one of them only"),
        (as_json({"images": [IMAGE], "lexicon": []}), 422, "'lexicon' must have at least 1"),
        (
            as_json({"images": [IMAGE], "lexicon": ["1"] * 1001}),
            422,
            "'lexicon' must have at most 1000",
        ),
        (form(FILE, part("lexicon", b"x" * 201)), 422, "'lexicon.0' must have at most 200"),
        ((b'{"images": [{"data": "AA=="}], "rotate": 1e999}', JSON), 422, "'rotate'"),
        ((b'{"images": [{"data": "AA=="}], "rotate": 1, "rotate": 2}', JSON), 422, "'rotate' is given twice"),
        ((b'{"images": [{"data": "AA==", "data": ""}]}', JSON), 422, "'data' is given twice"),
        ((b'{"images": [{"data": "AA=="}], "rotate": 1' + b"0" * 5000 + b"}", JSON), 422, "not JSON"),
        (form(), 422, "The multipart body is damaged|There is no picture"),
        (form(part("explain", b"true")), 422, "There is no picture"),
        (
            form(part("image", draw("mnist"), "a.png")),
            422,
            "came in the field 'image'; expected is 'files' or 'file'",
        ),
        (form(part("image", draw("mnist"))), 422, "'image' is not known here; known are files, file, model"),
        (
            form(FILE, part("explian", b"true")),
            422,
            "'explian' is not known here; did you mean 'explain'? Known are files,",
        ),
        (form(FILE, part("explain", b"perhaps")), 422, "'explain' must be a valid boolean"),
        (form(FILE, part("signs", b"false")), 422, "'signs': signs are always read now; alphabet=digits"),
        (form(FILE, part("max_error", b"nan")), 422, "'max_error'"),
        (form(FILE, part("rotate", b"1"), part("rotate", b"1")), 422, "'rotate' is given twice"),
        (form(FILE, part("model", b"\xff")), 422, "'model' is not UTF-8"),
        (form(FILE, part("x" * 100_000, b"")), 422, "damaged"),
        (form(FILE, *(part(f"f{i}", b"") for i in range(17))), 422, "'f0' is not known|At most"),
        (form(part("files", b"", "x" * 1025)), 422, "A file's name has 1,025 characters"),
        ((FILE, FORM), 422, "damaged or cut short"),
        ((FILE[:50] + END, FORM), 422, "damaged"),
        ((b"preamble\r\n" + FILE + END, FORM), 422, "does not begin with the boundary"),
        ((b"", FORM), 422, "does not begin with the boundary"),
        ((f"--{BOUNDARY}\r\nContent-Type: image/png\r\n\r\nx\r\n".encode() + END, FORM), 422, "has no name"),
        ((FILE + END, {"content-type": "multipart/form-data"}), 422, "lacks a boundary"),
        ((FILE + END, {"content-type": f"multipart/form-data; boundary={'b' * 300}"}), 422, "boundary"),
    ],
)
def test_a_wrong_request_is_refused_and_the_next_is_read(api, sent, status, said):
    found, code, message = error_of(api.post("/v1/read", *sent))
    assert found == status
    assert any(expected in message for expected in said.split("|"))
    assert code in {"unsupported_media_type", "invalid_request", "too_many_files", "alphabet_mismatch"}
    assert len(message) < 250
    assert json_of(api.send_files("/v1/classify", ("a", draw("mnist"))))["readings"][0]["text"] == "5"


def test_options_of_pages_are_not_those_of_glyphs(api):
    _, code, message = error_of(api.send_files("/v1/classify", ("a", draw("pen")), rotate="90"))
    assert (code, message) == (
        "invalid_request",
        "'rotate' is not known here; known are files, file, model, max_error, alphabet, pattern, lexicon, explain.",
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("rotate=1&rotate=2", "'rotate' is given twice"),
        ("model=robust", "'model' is given twice"),
        ("rotation=9", "did you mean 'rotate'?"),
        ("signs=true", "'signs': signs are always read now; alphabet=digits"),
        ("rotate=much", "'rotate' must be a valid number"),
        ("lexicon=" + "1&lexicon=" * 2000, "options only"),
        ("model=%ff", "options only"),
    ],
)
def test_options_in_the_address_are_as_they_should_be_or_refused(api, query, said):
    _, code, message = error_of(api.post(f"/v1/read?{query}", *form(FILE, part("model", b"robust"))))
    assert code == "invalid_request"
    assert said in message


def test_what_is_sent_is_not_sent_back(api):
    secret = "a-secret-of-mine"
    for values in ({"images": [{"data": secret}]}, {"images": [IMAGE], "rotate": secret}, {"images": secret}):
        assert secret.encode() not in api.send_json("/v1/read", values).body


names = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"\\'), min_size=1)


@given(st.lists(st.tuples(names, names | st.none(), st.binary())))
def test_parts_come_out_as_they_went_in(parts):
    inside = [each for each in parts if f"\r\n--{BOUNDARY}".encode() not in each[2]]
    body = b"".join(part(name, data, file) for name, file, data in inside) + END
    assert [*split(body, BOUNDARY.encode())] == [Part(*each) for each in inside]


@given(
    st.lists(
        st.sampled_from([FILE, END, b"\r\n", b"--", BOUNDARY.encode(), b"\r\n\r\n", b'name="a"'])
        | st.binary()
    )
)
def test_any_bytes_are_parts_or_refused(pieces):
    body = b"".join(pieces)
    with suppress(InvalidRequest):
        assert all(each.data in body for each in split(body, BOUNDARY.encode()))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(DIGIT),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["images", "data", "file", "model", "rotate", "x"]), inner, max_size=4
            )
        ),
    )
)
def test_any_json_is_read_or_refused(api, values):
    answer = api.post("/v1/classify", json.dumps(values).encode("utf-8", "replace"), JSON)
    assert answer.status in (200, 422)
    if answer.status == 422:
        assert error_of(answer)[1] in {"invalid_request", "unreadable_image", "model_not_found"}


@pytest.mark.parametrize(
    "said",
    [
        'form-data; name="files"',
        'form-data; name="files"; filename="a.png"',
        'FORM-DATA;name="files";filename=""',
        'form-data;\tname="files" ; filename="a;b=c"',
        'form-data; filename="a.png"; name="files"',
        "form-data; name=files; filename=a.png",
        'form-data; name="files"; filename="a \\"b\\" \\\\ c.png"',
        'form-data; name="files"; filename="C:\\\\pictures\\\\a.png"',
        'form-data; name="files"; filename="a.png"; filename*=UTF-8\'\'b.png',
        'form-data; name="files"; filename="a.png"; size=3',
        'form-data; name="files"; filename="名前.png"',
    ],
)
def test_names_of_a_part_are_those_that_the_library_finds(said):
    _, names = parse_options_header(said.encode())
    (found,) = split(f"--B\r\nContent-Disposition: {said}\r\n\r\nxyz\r\n--B--".encode(), b"B")
    assert found.data == b"xyz"
    assert found.name == names[b"name"].decode()
    assert found.file == (names[b"filename"].decode() if b"filename" in names else None)


def test_names_of_files_may_hold_anything(api):
    odd = ["a\tb", "😀", "..\\..\\x", "a;b=c", "'", "con", "名前.png", "a b", "%00", "\u202egnp"]
    rows = json_of(api.post("/v1/classify", *multipart(*[(name, draw("mnist")) for name in odd])))["readings"]
    assert [row["file"] for row in rows] == odd
    images = [{"file": name, "data": DIGIT} for name in [*odd, 'quoted "\n\0']]
    rows = json_of(api.send_json("/v1/classify", {"images": images}))["readings"]
    assert [row["file"] for row in rows] == [*odd, 'quoted "\n\0']
