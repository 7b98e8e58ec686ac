"""Why a request is turned down: each with its HTTP status, its code for machines and a sentence."""

from typing import ClassVar

from digitlens.errors import AlphabetMismatch, DigitLensError, ImageError, ImageTooLarge, ModelNotFound

__all__ = [
    "BodyTooLarge",
    "Busy",
    "InvalidRequest",
    "Refused",
    "TooManyFiles",
    "TooSlowToRead",
    "TooSlowToSend",
    "Unauthorized",
    "UnsupportedMediaType",
    "status_of",
]


class Refused(DigitLensError):
    """A request that is turned down."""

    code = "refused"
    status: ClassVar[int] = 400
    headers: ClassVar[dict[str, str]] = {}


class InvalidRequest(Refused):
    """A body that is not as it should be: a field unknown, missing, given twice or out of its range."""

    code = "invalid_request"
    status = 422


class TooManyFiles(Refused):
    """More pictures than one request may carry."""

    code = "too_many_files"
    status = 422


class UnsupportedMediaType(Refused):
    """Neither multipart nor JSON."""

    code = "unsupported_media_type"
    status = 415
    headers: ClassVar[dict[str, str]] = {"accept": "multipart/form-data, application/json"}


class BodyTooLarge(Refused):
    """More bytes than a request may have, as its head says or as they come in."""

    code = "body_too_large"
    status = 413


class Unauthorized(Refused):
    """No key, or none that is known."""

    code = "unauthorized"
    status = 401
    headers: ClassVar[dict[str, str]] = {"www-authenticate": "Bearer"}


class TooSlowToSend(Refused):
    """The body did not come within the time of a request."""

    code = "body_timeout"
    status = 408


class TooSlowToRead(Refused):
    """The pictures could not be read within the time of a request."""

    code = "timeout"
    status = 503
    headers: ClassVar[dict[str, str]] = {"retry-after": "1"}


class Busy(Refused):
    """The queue is full, memory is, or the server is starting or ending."""

    code = "busy"
    status = 503
    headers: ClassVar[dict[str, str]] = {"retry-after": "1"}


def status_of(error: DigitLensError) -> int:
    """The status that an error is told with: 413 or 422 where a client can mend it, 500 where nobody outside can."""
    if isinstance(error, Refused):
        return error.status
    if isinstance(error, ImageTooLarge):
        return 413
    return 422 if isinstance(error, ImageError | ModelNotFound | AlphabetMismatch) else 500
