"""Download one file over HTTP; a module of its own because only this needs requests and tqdm.

Proxies are taken from the environment or the system, and certificates come along with requests, which makes
this work where the standard library finds none.
"""

from pathlib import Path

import requests
from tqdm import tqdm

from digitlens.errors import DownloadFailed

__all__ = ["transfer"]

_TRANSFER_BYTES = 2**16


def transfer(url: str, target: Path, timeout: float) -> None:
    """Write what an address gives to a file, with a progress bar where standard error is a terminal.

    Args:
        url: an ``http`` or ``https`` address.
        target: where it holds something, that is taken for the beginning, and only the rest is asked for; a server
            that cannot give a part of a file begins anew. After an error it holds what came.
        timeout: seconds without a byte after which to give up.

    Raises:
        DownloadFailed: the message is the reason alone.
        OSError: the file cannot be written.
    """
    there = target.stat().st_size if target.is_file() else 0
    asked = {"Range": f"bytes={there}-", "Accept-Encoding": "identity"} if there else {}
    try:
        with requests.get(url, stream=True, timeout=timeout, headers=asked) as response:
            if there and response.status_code == requests.codes.requested_range_not_satisfiable:
                return  # all of it was there
            response.raise_for_status()
            if response.status_code != requests.codes.partial_content:
                there = 0
            rest = int(response.headers.get("Content-Length", 0))
            name = url.rpartition("/")[2]
            with (
                target.open("ab" if there else "wb") as stream,
                tqdm(
                    total=there + rest if rest else None,
                    initial=there,
                    desc=name,
                    unit="B",
                    unit_scale=True,
                    disable=None,
                ) as bar,
            ):
                for chunk in response.iter_content(_TRANSFER_BYTES):
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
