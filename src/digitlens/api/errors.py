"""Why a request is turned down: each with its HTTP status, its code for machines and a sentence."""

import math
from collections.abc import Mapping
from typing import ClassVar

from digitlens.errors import AlphabetMismatch, DigitLensError, ImageError, ImageTooLarge, ModelNotFound

__all__ = [
    "BodyTooLarge",
    "Busy",
    "InvalidRequest",
    "ReaderDied",
    "Refused",
    "TooManyFiles",
    "TooManyPages",
    "TooSlowToRead",
    "TooSlowToSend",
    "Unauthorized",
    "UnsupportedMediaType",
    "status_of",
]


LONGEST_PAUSE = 60
"""Seconds after which a client is told to try again at most."""


class Refused(DigitLensError):
    """A request that is turned down.

    Args:
        message: for people.
        headers: of the answer, beside those that every refusal of this kind has.
    """

    code = "refused"
    status: ClassVar[int] = 400
    usual: ClassVar[Mapping[str, str]] = {}

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.headers = {**self.usual, **(headers or {})}


class InvalidRequest(Refused):
    """A body that is not as it should be: a field unknown, missing, given twice or out of its range."""

    code = "invalid_request"
    status = 422


class TooManyFiles(Refused):
    """More pictures than one request may carry."""

    code = "too_many_files"
    status = 422


class TooManyPages(Refused):
    """More pages than are read of one document; it is told of the document, and the pages before it are read."""

    code = "too_many_pages"
    status = 422

    @classmethod
    def of(cls, most: int) -> "TooManyPages":
        """The refusal of what lies behind so many pages."""
        return cls(f"At most {most:,} pages are read: split the document.")


class UnsupportedMediaType(Refused):
    """Neither multipart, JSON nor a picture by itself."""

    code = "unsupported_media_type"
    status = 415
    usual: ClassVar[Mapping[str, str]] = {
        "accept": "multipart/form-data, application/json, image/*, application/pdf, application/octet-stream"
    }


class BodyTooLarge(Refused):
    """More bytes than a request may have, as its head says or as they come in."""

    code = "body_too_large"
    status = 413


class Unauthorized(Refused):
    """No key, or none that is known."""

    code = "unauthorized"
    status = 401
    usual: ClassVar[Mapping[str, str]] = {"www-authenticate": "Bearer"}


class TooSlowToSend(Refused):
    """The body did not come within the time of a request."""

    code = "body_timeout"
    status = 408


class TooSlowToRead(Refused):
    """The pictures could not be read within the time of a request."""

    code = "timeout"
    status = 503
    usual: ClassVar[Mapping[str, str]] = {"retry-after": "1"}


class Busy(Refused):
    """The queue has as much as can be read in time, memory is full, or the server is starting or ending."""

    code = "busy"
    status = 503
    usual: ClassVar[Mapping[str, str]] = {"retry-after": "1"}

    @classmethod
    def after(cls, seconds: float) -> "Busy":
        """A refusal of what would be taken after so many seconds, as far as anybody can tell."""
        whole = min(max(1, math.ceil(seconds)), LONGEST_PAUSE)
        message = f"The server has as much to read as it can take: try again in {whole} s."
        return cls(message, {"retry-after": str(whole)})


class ReaderDied(Refused):
    """Pictures that bring down whatever reads them."""

    code = "reader_died"
    status = 500


def status_of(error: DigitLensError) -> int:
    """The status that an error is told with: 413 or 422 where a client can mend it, 500 where nobody outside can."""
    if isinstance(error, Refused):
        return error.status
    if isinstance(error, ImageTooLarge):
        return 413
    return 422 if isinstance(error, ImageError | ModelNotFound | AlphabetMismatch) else 500
