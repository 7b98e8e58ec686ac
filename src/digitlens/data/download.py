"""Find the files of a dataset on this machine, or download them, and trust none before its hash is right."""

import hashlib
import logging
import os
from collections.abc import Sequence
from pathlib import Path

from digitlens.data.dataset import DataFile
from digitlens.data.unpack import unpacked
from digitlens.errors import CorruptDataset, DownloadFailed
from digitlens.files import atomic_write
from digitlens.home import cache_home

__all__ = ["cache_dir", "fetch", "locate"]

_DOWNLOAD_BYTES = 2**16
_TIMEOUT = 20.0

_log = logging.getLogger("digitlens")


def cache_dir() -> Path:
    """Where downloads are kept: ``data`` in ``DIGITLENS_HOME``, or in the platform's place for caches."""
    return cache_home() / "data"


def locate(file: DataFile) -> Path | None:
    """Where a file lies on this machine, None where it does not; it is not verified.

    ``DIGITLENS_DATA`` comes before the cache, and in each the name itself before the name without ``.gz``.
    """
    folders = [Path(data)] if (data := os.environ.get("DIGITLENS_DATA")) else []
    names = (file.path, file.path.removesuffix(".gz"))
    places = (folder / name for folder in (*folders, cache_dir()) for name in names)
    return next((place for place in places if place.is_file()), None)


def fetch(file: DataFile, mirrors: Sequence[str], timeout: float = _TIMEOUT) -> Path:
    """Find a file, or download it into the cache, and verify it.

    A file in ``DIGITLENS_DATA`` is used where it lies. A damaged one in the cache is downloaded anew. Under
    its own name the cache never holds a download that is not whole and verified. One that broke off is gone on with.

    Args:
        file: what to fetch.
        mirrors: addresses of folders that hold it, each ending in ``/``, tried in this order.
        timeout: seconds without a byte after which a mirror is given up.

    Raises:
        CorruptDataset: the file in ``DIGITLENS_DATA`` is not what it should be.
        DownloadFailed: no mirror gave it, downloading is switched off, or the cache cannot be written to.
        DatasetError: the file is there but cannot be opened.
    """
    place = locate(file)
    if place is not None:
        try:
            _verify(place, file)
        except CorruptDataset as fault:
            if not place.is_relative_to(cache_dir()):
                raise CorruptDataset(f"{place} is not as it should be: {fault}. Replace it.") from fault
            _log.warning("%s is downloaded anew: %s", place, fault)
        else:
            return place
    return _download(file, mirrors, timeout)


def _verify(place: Path, file: DataFile) -> None:
    """Compare content and entry; the message of the `CorruptDataset` raised is the difference alone."""
    digest, size = hashlib.sha256(), 0
    with unpacked(place) as content:
        while size <= file.size and (chunk := content.read(_DOWNLOAD_BYTES)):
            digest.update(chunk)
            size += len(chunk)
    if size != file.size:
        found = "more" if size > file.size else f"only {size}"
        raise CorruptDataset(f"it should hold {file.size} bytes of content, but holds {found}")
    if digest.hexdigest() != file.sha256:
        raise CorruptDataset(
            f"its content should have the SHA-256 {file.sha256}, but has {digest.hexdigest()}"
        )


def _download(file: DataFile, mirrors: Sequence[str], timeout: float) -> Path:
    place = cache_dir() / file.path
    remedy = f"Put it at {place}, or set DIGITLENS_DATA to a folder that has it as {file.path}."
    if not mirrors:
        raise DownloadFailed(f"{file.path} is not here, and it is not offered for download. {remedy}")
    if os.environ.get("DIGITLENS_OFFLINE", "0") not in ("", "0"):
        raise DownloadFailed(f"{file.path} is not here, and DIGITLENS_OFFLINE forbids downloads. {remedy}")
    faults = []
    for mirror in mirrors:
        url = mirror + file.name
        fault = _try_mirror(url, place, file, timeout)
        if fault is None:
            return place
        faults.append(f"  {url}: {fault}")
        _log.info("%s: %s", url, fault)
    raise DownloadFailed("\n".join([f"No mirror gave {file.name}:", *faults, remedy]))


def _try_mirror(url: str, place: Path, file: DataFile, timeout: float) -> str | None:
    """Download to ``place`` and verify; what is wrong with this mirror, None where nothing is.

    What came before a connection broke off stays beside ``place``, and the next try asks for the rest.
    """
    part = place.with_name(f".{place.name}-{hashlib.sha256(url.encode()).hexdigest()[:8]}.part")
    try:
        from digitlens.data.transfer import transfer  # noqa: PLC0415 - it needs an extra

        part.parent.mkdir(parents=True, exist_ok=True)
        resumed = part.is_file()
        try:
            transfer(url, part, timeout)
            _verify(part, file)
        except CorruptDataset as fault:
            part.unlink()
            return (
                _try_mirror(url, place, file, timeout)
                if resumed
                else f"what it sent is not the file: {fault}"
            )
        with atomic_write(place) as whole:
            part.replace(whole)
    except DownloadFailed as fault:
        return str(fault)
    except ImportError as error:
        raise DownloadFailed(f"Downloads need {error.name}: pip install 'digitlens[train]'.") from error
    except OSError as error:
        raise DownloadFailed(f"{place} cannot be written: {error.strerror or error}.") from error
    return None
