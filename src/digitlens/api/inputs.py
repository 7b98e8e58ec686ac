"""From the bytes of a request to pictures and options, or a refusal that says what is wrong with them."""

import binascii
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeVar

from pydantic import ValidationError
from python_multipart.multipart import parse_options_header

from digitlens.api.multipart import boundary_of, split
from digitlens.api.refusals import InvalidRequest, TooManyFiles, UnsupportedMediaType
from digitlens.api.schemas import LONGEST_NAME, Image, Options

__all__ = ["FILES", "Request", "Upload", "parse"]

FILES = "files"
"""The field of a multipart body that holds a picture; every other one is an option."""

WORDS = "lexicon"
"""The option that may be given several times in a multipart body, or with several lines."""

MOST_OPTIONS = 16
MARKS_OF_A_PICTURE = 2 * LONGEST_NAME  # commas and brackets that JSON may have for each

Asked = TypeVar("Asked", bound=Options)


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
    """What a client asks for."""

    uploads: tuple[Upload, ...]
    options: Asked


def parse(content_type: str, body: bytes, kind: type[Asked], most: int) -> Request[Asked]:
    """Read a body, multipart or JSON.

    Args:
        content_type: the header.
        body: all of it.
        kind: the options that may be in it.
        most: pictures that it may have.

    Raises:
        UnsupportedMediaType: it is neither.
        InvalidRequest: it is not as it should be.
        TooManyFiles: it has more pictures than it may.
    """
    media, parameters = parse_options_header(content_type)
    if media == b"multipart/form-data":
        return _from_multipart(body, boundary_of(parameters), kind, most)
    if media == b"application/json":
        return _from_json(body, kind, most)
    raise UnsupportedMediaType("Send multipart/form-data with files, or application/json with base64.")


def _from_multipart(body: bytes, boundary: bytes, kind: type[Asked], most: int) -> Request[Asked]:
    uploads: list[Upload] = []
    said: dict[str, Any] = {}
    for part in split(body, boundary):
        if part.name == FILES:
            uploads.append(Upload(part.file and _checked_name(part.file), part.data))
        elif part.name in said and part.name != WORDS:
            raise InvalidRequest(f"{_short(part.name)} is given twice.")
        elif part.name in said:
            said[part.name] += "\n" + _text(part.data, part.name)
        else:
            said[part.name] = _text(part.data, _short(part.name))
        if len(uploads) > most or len(said) > MOST_OPTIONS:
            raise _too_many(most)
    if not uploads:
        raise InvalidRequest(f"There is no picture: send at least one file in the field {FILES!r}.")
    try:
        return Request(tuple(uploads), kind.model_validate_strings(said))
    except ValidationError as error:
        _refuse(error)


def _from_json(body: bytes, kind: type[Asked], most: int) -> Request[Asked]:
    marks = sum(map(body.count, (b"{", b"[", b",")))
    if marks > MARKS_OF_A_PICTURE * (most + 1):  # it would be a thousand times as large in memory
        raise _too_many(most)
    values = _loaded(_text(body, "The body"))
    if not isinstance(values, dict):
        raise InvalidRequest('The body must be a JSON object such as {"images": [{"data": "..."}]}.')
    images = values.pop("images", None)
    if not isinstance(images, list) or not images:
        raise InvalidRequest("images must be a list of at least one picture.")
    if len(images) > most:
        raise _too_many(most)
    try:
        options = kind.model_validate(values, strict=True)
        return Request(tuple(_decoded(i, image) for i, image in enumerate(images)), options)
    except ValidationError as error:
        _refuse(error)


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
        raise InvalidRequest(f"{_short(twice)} is given twice.")
    return found


def _no_number(name: str) -> NoReturn:
    raise InvalidRequest(f"The body is not JSON: {name} is not a number in JSON.")


def _decoded(index: int, value: Any) -> Upload:
    try:
        image = Image.model_validate(value, strict=True)
    except ValidationError as error:
        _refuse(error, f"images.{index}.")
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


def _too_many(most: int) -> TooManyFiles:
    return TooManyFiles(f"At most {most:,} pictures are read in one request: send several requests.")


def _refuse(error: ValidationError, before: str = "") -> NoReturn:
    """Tell the first thing that is wrong; what was sent is not sent back."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    where = before + ".".join(map(str, first["loc"]))
    raise InvalidRequest(f"{_short(where)}: {first['msg']}.") from None


def _short(name: str) -> str:
    """A name as it may stand in a message: not longer than a line, and without what cannot be printed."""
    return repr(name if len(name) <= 60 else f"{name[:60]}...")
