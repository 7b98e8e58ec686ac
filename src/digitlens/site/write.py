"""Writes the static site: what stands in this package, and the networks as they are now."""

import gzip
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from digitlens.files import atomic_write
from digitlens.model import (
    LINE_MODEL,
    PAGE_MODEL,
    LineNetwork,
    Network,
    PageConfig,
    PageNetwork,
    config_path,
    find,
)

__all__ = ["GPU_RUNTIME", "Site", "write_site"]

HERE = Path(__file__).parent
PARTS = ("module", "runtime", "page")
"""The folders of this package that make up a site; what is of the page stands in the site's own folder."""

LAST = ("sw.js", "index.html")
"""Files that name all others, written when those are there."""

GPU_RUNTIME = (
    "runtime/ort-wasm-simd-threaded.jspi.mjs",
    "runtime/ort-wasm-simd-threaded.jspi.wasm.gz",
    "runtime/ort.jspi.min.mjs",
)
"""Files that only browsers with WebGPU fetch, after the first reading: none is kept for times without a network."""

VERSION = "VERSION_OF_THE_SITE"
FILES_PLACEHOLDER = '["FILES_OF_THE_SITE"]'
"""The placeholder in the service worker for the version and for the files that it keeps."""

NETWORKS_FOLDER = "networks"

AnyNetwork: TypeAlias = Network | PageNetwork | LineNetwork


@dataclass(frozen=True)
class Site:
    """A site that was written.

    Attributes:
        folder: where it is.
        model: ``NAME@VERSION`` of the network that reads glyphs.
        sizes: the bytes of each file as it travels, by its path within the folder.
    """

    folder: Path
    model: str
    sizes: Mapping[str, int]

    @property
    def bytes(self) -> int:
        """Bytes to transfer until a page is read, text packed by gzip as servers pack it; `GPU_RUNTIME` comes later."""
        return sum(size for name, size in self.sizes.items() if name not in GPU_RUNTIME)


def write_site(folder: Path, model: str | os.PathLike[str] | None = None) -> Site:
    """Write the reader as a static site; an older one there is brought up to date.

    Each file is written whole or not at all, and what names the others last, so that a site stays usable whatever
    happens. Files that are not a site's own are left alone.

    Args:
        folder: made where it is missing.
        model: the network that reads glyphs, as `digitlens.Reader` takes it; None for the default.

    Raises:
        ModelNotFound: there is no such network.
        InvalidModel: its file, or that of the page or line network, cannot be used.
        OSError: the folder cannot be written to.
    """
    glyphs = Network.load(find() if model is None else find(model))
    files = dict(sorted({**_own_files(), **_network_files(glyphs)}.items()))
    version = hashlib.sha256(b"".join(hashlib.sha256(content).digest() for content in files.values()))
    worker = files["sw.js"].decode().replace(VERSION, version.hexdigest()[:12])
    files["sw.js"] = worker.replace(
        FILES_PLACEHOLDER, json.dumps([name for name in files if name not in ("sw.js", *GPU_RUNTIME)])
    ).encode()
    for name in sorted(files, key=lambda name: (LAST.index(name) + 1 if name in LAST else 0, name)):
        with atomic_write(folder / name) as temporary:
            temporary.write_bytes(files[name])
    for path in (folder / NETWORKS_FOLDER).iterdir():
        if f"{NETWORKS_FOLDER}/{path.name}" not in files:  # of an older site
            path.unlink()
    return Site(folder, glyphs.name, {name: _travelling(name, content) for name, content in files.items()})


def _own_files() -> dict[str, bytes]:
    """Return the files of this package, by their paths within a site."""
    found = {"package.json": (HERE / "package.json").read_bytes()}
    for part in PARTS:
        root = HERE / part
        for path in sorted(root.rglob("*")):
            if path.is_file() and path.suffix != ".md":
                name = path.relative_to(root).as_posix()
                found[name if part == "page" else f"{part}/{name}"] = path.read_bytes()
    return found


def _network_files(glyphs: Network) -> dict[str, bytes]:
    """The networks, the numbers of page reading, and a list that says what of them is which."""
    pages, lines = PageNetwork.load(find(PAGE_MODEL)), LineNetwork.load(find(LINE_MODEL))
    config = config_path(pages.path)
    PageConfig.load(config)  # one that cannot be used is told here, not in a browser
    told = {
        "glyphs": _told(glyphs, ("labels", "calibration", "alphabets", "alike", "input")),
        "pages": _told(pages, ("labels",)),
        "lines": _told(lines, ("labels",)),
        "config": config.name,
    }
    graphs = {
        _file(network): gzip.compress(network.verified(), 9, mtime=0) for network in (glyphs, pages, lines)
    }
    told_as_json = json.dumps(told, ensure_ascii=False, default=vars).encode()
    found = {"networks.json": told_as_json, config.name: config.read_bytes(), **graphs}
    return {f"{NETWORKS_FOLDER}/{name}": content for name, content in found.items()}


def _told(network: AnyNetwork, fields: tuple[str, ...]) -> dict[str, Any]:
    """Return the description of a network for the module."""
    card = {name: getattr(network.card, name) for name in ("sha256", *fields)}
    return {"name": network.name, "file": _file(network), "card": card}


def _file(network: AnyNetwork) -> str:
    """The name of a network's file: another network has another one, so that no cache mistakes them."""
    return f"{network.path.stem}-{network.card.version}.onnx.gz"


def _travelling(name: str, content: bytes) -> int:
    """The bytes of a file as servers send it."""
    return len(content if name.endswith((".gz", ".png", ".jpg")) else gzip.compress(content, 9))
