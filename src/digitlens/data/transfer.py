"""Download one file over HTTP; a module of its own because only this needs requests and tqdm.

Proxies are taken from the environment or the system, and certificates come along with requests, which makes
this work where the standard library finds none.
"""

from pathlib import Path

import requests
from tqdm import tqdm

from digitlens.errors import DownloadFailed

__all__ = ["transfer"]

_CHUNK = 2**16


def transfer(url: str, target: Path, timeout: float) -> None:
    """Write what an address gives to a file, with a progress bar where standard error is a terminal.

    Args:
        url: an ``http`` or ``https`` address.
        target: is overwritten; after an error it may hold a part.
        timeout: seconds without a byte after which to give up.

    Raises:
        DownloadFailed: the message is the reason alone.
        OSError: the file cannot be written.
    """
    try:
        with requests.get(url, stream=True, timeout=timeout) as response, target.open("wb") as stream:
            response.raise_for_status()
            size = int(response.headers.get("Content-Length", 0)) or None
            name = url.rpartition("/")[2]
            with tqdm(total=size, desc=name, unit="B", unit_scale=True, disable=None) as bar:
                for chunk in response.iter_content(_CHUNK):
                    stream.write(chunk)
                    bar.update(len(chunk))
    except requests.RequestException as error:
        raise DownloadFailed(_reason(error, timeout)) from error


def _reason(error: requests.RequestException, timeout: float) -> str:
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"it answers {error.response.status_code} {error.response.reason}"
    if "timed out" in str(error):  # by no class alone: a stall in the body is a plain ConnectionError
        return f"nothing came for {timeout:g} s"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection was cut off"
    # urllib3 wraps what went wrong into one that tells mainly of retries
    return str(getattr(error.args[0], "reason", error) if error.args else error)
