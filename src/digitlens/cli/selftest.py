"""``digitlens selftest``: every layer tried on built-in glyphs, with versions and speed."""

import logging
import platform
import sys
import time
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import click

import digitlens
from digitlens.cli.options import reader_for, reading_options
from digitlens.cli.output import emit, json_option
from digitlens.data.samples import SAMPLES, draw
from digitlens.model import DEFAULT_MODEL, available, providers
from digitlens.reader import Reader, ReadOptions

__all__ = ["command"]

PACKAGES = ("numpy", "pillow", "opencv-python-headless", "onnxruntime", "click")
SPEED_RUNS = 200


@click.command(name="selftest")
@reading_options("alphabet", "pattern", "lexicon", "max_error", "rotate")
@json_option
def command(options: ReadOptions, as_json: bool) -> None:
    """Read built-in pictures through every layer; tell versions, providers and speed.

    \b
    Example:
      digitlens selftest
    """
    reader = reader_for(options)
    readings = reader.classify_many([draw(key) for key in _known()])
    wrong = _wrong({key: reading.text for key, reading in zip(_known(), readings, strict=True)})
    api = _through_the_api(options)
    report = {
        "ok": not wrong and not api,
        "model": reader.network.name,
        "device": options.device,
        "glyphs": {
            "count": len(_known()),
            "right": len(_known()) - len(wrong),
            "wrong": wrong,
        },
        "api": "not installed" if api is None else api or "right",
        "speed": _speed(reader),
        "providers": providers(),
        "versions": _versions(),
    }
    if as_json:
        emit(report)
    else:
        _tell(report)
    sys.exit(0 if report["ok"] else 1)


def _known() -> dict[str, str]:
    """The built-in pictures of which there is one right reading."""
    return {key: sample.reads for key, sample in SAMPLES.items() if sample.reads is not None}


def _wrong(read: dict[str, str]) -> list[str]:
    """Return the wrong readings, a sentence each."""
    return [
        f"{key} was read as {read.get(key)!r}, not {expected!r}"
        for key, expected in _known().items()
        if read.get(key) != expected
    ]


def _through_the_api(options: ReadOptions) -> list[str] | None:
    """The same through the HTTP API, within this process; None where its extra is not installed.

    It names networks: one that was given as a file is left to the reader, and the default one read with.
    """
    if not find_spec("fastapi"):
        return None
    from digitlens.api.inprocess import classify  # noqa: PLC0415  # an extra

    logging.getLogger("digitlens.api").setLevel(logging.WARNING)
    name = options.model if options.model and options.model in available() else DEFAULT_MODEL
    return _wrong(classify({key: draw(key) for key in _known()}, name, options.device))


def _speed(reader: Reader) -> dict[str, float]:
    """Warm, one thread: a framed glyph, and a small photo with its decoding, milliseconds each."""
    photo = draw("pen")
    framed = reader.classify(photo).steps[-1].image
    speed = {}
    for name, picture in (("ms_per_glyph", framed), ("ms_per_photo", photo)):
        began = time.perf_counter()
        for _ in range(SPEED_RUNS):
            reader.classify(picture)
        speed[name] = round(1e3 * (time.perf_counter() - began) / SPEED_RUNS, 4)
    return speed


def _versions() -> dict[str, str]:
    """Of DigitLens, Python and what reading stands on."""
    found = {name: version(name) for name in PACKAGES}
    return {"digitlens": digitlens.__version__, "python": platform.python_version(), **found}


def _tell(report: dict[str, Any]) -> None:
    """The report for a person."""
    glyphs, speed = report["glyphs"], report["speed"]
    click.echo(f"network    {report['model']} on {report['device']}")
    click.echo(f"pictures   {glyphs['right']} of {glyphs['count']} read as they should be")
    for sentence in glyphs["wrong"]:
        click.echo(f"           {sentence}")
    click.echo(f"HTTP API   {'; '.join(api) if isinstance(api := report['api'], list) else api}")
    click.echo(
        f"speed      {speed['ms_per_glyph']:.2f} ms a glyph, {speed['ms_per_photo']:.2f} ms a small photo"
    )
    click.echo(f"providers  {', '.join(report['providers'])}")
    click.echo("versions   " + ", ".join(f"{name} {number}" for name, number in report["versions"].items()))
    click.echo("All is well." if report["ok"] else "Something is wrong with this installation: see above.")
