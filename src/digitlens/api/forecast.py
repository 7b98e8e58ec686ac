"""Forecasts of the time that requests take: estimated from pixels, and learnt from those that were read."""

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from digitlens.api.inputs import Request, Upload
from digitlens.api.request_schemas import Common, Options, PageOptions
from digitlens.api.sheet_schemas import FormOptions, TableOptions
from digitlens.imaging import FRAME_SIDE
from digitlens.imaging.formats import DECODERS, sniff

__all__ = ["Forecast", "Load", "is_small", "load_of"]

BASE = 0.25
"""Megapixels that cost as much as what each picture costs however small it is."""

DOCUMENTS = frozenset({None, "TIFF", "AVIF", "HEIC"})
"""Formats, PDF among them, whose pages or pixels are not told by a look at the first bytes."""

SIZE_WITHIN = 64 * 2**10
"""Bytes in which the size of a picture has to stand: a head made to be long takes no time."""

SECONDS_PRIOR = {
    "glyph": 0.005,
    "classify": 0.1,
    "read": 0.5,
    "document": 2.0,
    "explain": 1.0,
    "table": 1.0,
    "form": 1.0,
}
"""Seconds for a unit of each kind of load before anything is learnt: rather too many than too few."""

GAIN, DEVIATION_GAIN = 1 / 8, 1 / 4

CALL = 4
"""Glyphs that cost as much as the call of the network does in which they are read together."""

OUTLIER = 3
"""So many times what was forecast is the most that is believed of one: it may have loaded a network first."""

_PNG = struct.Struct(">II")


@dataclass(frozen=True, slots=True)
class Load:
    """The load that a request puts on whoever reads it.

    Attributes:
        kind: of work, a key of ``SECONDS_PRIOR``.
        units: pictures where the kind is ``glyph``, else megapixels, or megabytes of documents.
    """

    kind: str
    units: float


def load_of(request: Request[Common], together: bool) -> Load:
    """The load that a request is, by a look at the heads of its pictures; ``together``: as one of many glyphs."""
    if together:
        return Load("glyph", 1)
    sizes = [(upload, _megapixels(upload)) for upload in request.uploads]
    units = sum(BASE + (len(upload.data) / 1e6 if size is None else size) for upload, size in sizes)
    options = request.options
    if isinstance(options, Options) and options.explain:
        return Load("explain", units)
    if isinstance(options, TableOptions | FormOptions):
        return Load("table" if isinstance(options, TableOptions) else "form", units)
    if any(size is None for _, size in sizes):
        return Load("document", units)
    return Load("read" if isinstance(options, PageOptions) else "classify", units)


def is_small(upload: Upload) -> bool:
    """Tell if a picture is no larger than a framed glyph: larger ones pass the page network too, one by one."""
    size = _megapixels(upload)
    return size is not None and size <= FRAME_SIDE**2 / 1e6


class Forecast:
    """Seconds for each kind of load: the mean of late requests, and the deviation from it on top.

    Both are moving averages, as TCP has them of round trips (Jacobson, Congestion avoidance and control, 1988).
    """

    def __init__(self) -> None:
        self._rates = {kind: (seconds, seconds) for kind, seconds in SECONDS_PRIOR.items()}
        self._lock = Lock()

    def seconds(self, load: Load) -> float:
        """Estimate an upper bound of the seconds that a load takes, with few exceptions."""
        return sum(self._rates[load.kind]) * load.units

    def learn(self, loads: Sequence[Load], seconds: float) -> None:
        """Learn from loads of one kind that took so many seconds together."""
        kind, units = loads[0].kind, sum(load.units for load in loads)
        units += CALL if kind == "glyph" else 0
        with self._lock:
            mean, deviation = self._rates[kind]
            error = min(seconds / units, OUTLIER * (mean + deviation)) - mean
            self._rates[kind] = (mean + GAIN * error, deviation + DEVIATION_GAIN * (abs(error) - deviation))


def _megapixels(upload: Upload) -> float | None:
    """The size of a picture as its head has it; None where a look does not tell."""
    data = upload.data
    kind = sniff(data[:16])
    if kind == "PNG" and len(data) >= 24:
        width, height = _PNG.unpack_from(data, 16)
    elif kind is None or kind in DOCUMENTS:
        return None
    else:
        try:
            width, height = DECODERS[kind].decoder("a picture")(io.BytesIO(data[:SIZE_WITHIN])).size
        except Exception:  # the decoders raise a dozen unrelated classes; reading will tell what is wrong
            return None
    return min(width * height / 1e6, DECODERS[kind].max_pixels / 1e6)
