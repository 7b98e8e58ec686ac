"""From the bytes of a request to pictures and options, or a refusal that says what is wrong with them."""

import binascii
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeVar
from urllib.parse import parse_qsl

from pydantic import ValidationError
from python_multipart.multipart import parse_options_header

from digitlens.api.errors import InvalidRequest, UnsupportedMediaType
from digitlens.api.multipart import boundary_of, split
from digitlens.api.refusals import quoted, refuse, shortened, too_many, unknown_name
from digitlens.api.request_schemas import LONGEST_NAME, MOST_WORDS, Common, Image

__all__ = ["FILE_FIELDS", "RAW", "Request", "Upload", "parse"]

FILE_FIELDS = ("files", "file")
"""The fields of a multipart body that hold a picture; every other one is an option."""

RAW = ("image/*", "application/pdf", "application/octet-stream")
"""Types of a body that is one picture by itself."""

WORD_OPTION = "lexicon"
"""The option that may be given several times in a multipart body, or with several lines."""


MOST_OPTIONS = 16
MARKS_OF_A_PICTURE = 2 * LONGEST_NAME  # commas and brackets that JSON may have for each

Asked = TypeVar("Asked", bound=Common)


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture's file.

    Attributes:
        file: its name as given; None where it has none.
        data: its bytes.
    """

    file: str | None
    data: bytes


@dataclass(frozen=True, slots=True)
class Request(Generic[Asked]):
    """A client's request, checked."""

    uploads: tuple[Upload, ...]
    options: Asked


def parse(content_type: str, body: bytes, kind: type[Asked], most: int, query: bytes = b"") -> Request[Asked]:
    """Read a body: multipart, JSON, or one picture by itself; options may stand in the query too.

    Args:
        content_type: the header.
        body: all of it.
        kind: the options that may be in it.
        most: pictures that it may have.
        query: what stands behind the question mark of the address.

    Raises:
        UnsupportedMediaType: it is none of these.
        InvalidRequest: it is not as it should be.
        TooManyFiles: it has more pictures than it may.
    """
    media, parameters = parse_options_header(content_type)
    if media == b"multipart/form-data":
        found = _from_multipart(body, boundary_of(parameters), kind, most)
    elif media == b"application/json":
        found = _from_json(body, kind, most)
    elif media.startswith(b"image/") or media.decode("latin-1") in RAW:
        found = _from_raw(body, kind)
    else:
        raise UnsupportedMediaType(
            "Send multipart/form-data with files, application/json with base64, "
            "or a picture by itself with its own type, such as image/png."
        )
    return _with_query(found, query, kind) if query else found


def _from_raw(body: bytes, kind: type[Asked]) -> Request[Asked]:
    if not body:
        raise InvalidRequest("The body is empty: send the bytes of a picture.")
    return Request((Upload(None, body),), kind())


def _with_query(request: Request[Asked], query: bytes, kind: type[Asked]) -> Request[Asked]:
    """The request with the options of the query beside its own."""
    try:
        pairs = parse_qsl(
            query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_WORDS
        )
    except ValueError:  # not UTF-8, or too many
        raise InvalidRequest(
            "The query of the address is not as it should be: it has options only."
        ) from None
    said: dict[str, Any] = {}
    for name, value in pairs:
        _add(said, name, value)
    options = _validated(kind, said, ())
    for name in options.model_fields_set & request.options.model_fields_set:
        raise InvalidRequest(f"{shortened(name)} is given twice.")
    more = {name: getattr(options, name) for name in options.model_fields_set}
    return Request(request.uploads, request.options.model_copy(update=more))


def _from_multipart(body: bytes, boundary: bytes, kind: type[Asked], most: int) -> Request[Asked]:
    uploads: list[Upload] = []
    said: dict[str, Any] = {}
    for part in split(body, boundary):
        if part.name in FILE_FIELDS:
            uploads.append(Upload(part.file and _checked_name(part.file), part.data))
        elif part.file is not None:
            raise InvalidRequest(
                f"A file came in the field {shortened(part.name)}; expected is {quoted(FILE_FIELDS)}."
            )
        elif part.name not in kind.model_fields:  # told before its bytes are taken for a text
            raise unknown_name(part.name, [*FILE_FIELDS, *kind.model_fields])
        else:
            _add(said, part.name, _text(part.data, shortened(part.name)))
        if len(uploads) > most or len(said) > MOST_OPTIONS:
            raise too_many(most)
    if not uploads:
        raise InvalidRequest(
            f"There is no picture: send at least one file in the field {quoted(FILE_FIELDS)}."
        )
    return Request(tuple(uploads), _validated(kind, said, FILE_FIELDS))


def _add(said: dict[str, Any], name: str, value: str) -> None:
    """Add an option to what was said; words may be given one by one."""
    if name in said and name != WORD_OPTION:
        raise InvalidRequest(f"{shortened(name)} is given twice.")
    said[name] = f"{said[name]}\n{value}" if name in said else value


def _validated(kind: type[Asked], said: dict[str, Any], others: Iterable[str]) -> Asked:
    try:
        return kind.model_validate_strings(said)
    except ValidationError as error:
        refuse(error, [*others, *kind.model_fields])


def _from_json(body: bytes, kind: type[Asked], most: int) -> Request[Asked]:
    marks = sum(map(body.count, (b"{", b"[", b",")))
    if marks > MARKS_OF_A_PICTURE * (most + 1):  # it would be a thousand times as large in memory
        raise too_many(most)
    values = _loaded(_text(body, "The body"))
    if not isinstance(values, dict):
        raise InvalidRequest('The body must be a JSON object such as {"images": [{"data": "..."}]}.')
    images = values.pop("images", None)
    if not isinstance(images, list) or not images:
        raise InvalidRequest("images must be a list of at least one picture.")
    if len(images) > most:
        raise too_many(most)
    try:
        options = kind.model_validate(values, strict=True)
    except ValidationError as error:
        refuse(error, ["images", *kind.model_fields])
    return Request(tuple(_decoded(i, image) for i, image in enumerate(images)), options)


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise InvalidRequest(f"The body is not JSON: {reason}.") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are there once each; Python would take the last."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise InvalidRequest(f"{shortened(twice)} is given twice.")
    return found


def _no_number(name: str) -> NoReturn:
    raise InvalidRequest(f"The body is not JSON: {name} is not a number in JSON.")


def _decoded(index: int, value: Any) -> Upload:
    try:
        image = Image.model_validate(value, strict=True)
    except ValidationError as error:
        refuse(error, [*Image.model_fields], f"images.{index}.")
    try:
        return Upload(image.file, binascii.a2b_base64(image.data, strict_mode=True))
    except ValueError as error:  # binascii's own, or a character beyond ASCII
        raise InvalidRequest(f"images.{index}.data is not base64: {error}.") from None


def _checked_name(name: str) -> str:
    if len(name) > LONGEST_NAME:
        raise InvalidRequest(
            f"A file's name has {len(name):,} characters; at most {LONGEST_NAME:,} are taken."
        )
    return name


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise InvalidRequest(f"{name} is not UTF-8.") from None
