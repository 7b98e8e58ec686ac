"""``digitlens selftest``: every layer tried on built-in glyphs, with versions and speed."""

import platform
import sys
import time
from importlib.metadata import version
from typing import Any

import click

import digitlens
from digitlens.cli.options import device_option, model_option
from digitlens.cli.output import emit, json_option
from digitlens.data.samples import SAMPLES, draw
from digitlens.model import DEFAULT_MODEL, Device, providers
from digitlens.reader import Reader

__all__ = ["command"]

PACKAGES = ("numpy", "pillow", "opencv-python-headless", "onnxruntime", "click")
SPEED_RUNS = 200


@click.command(name="selftest")
@model_option
@device_option
@json_option
def command(model: str | None, device: Device, as_json: bool) -> None:
    """Read built-in pictures through every layer; tell versions, providers and speed.

    \b
    Example:
      digitlens selftest
    """
    reader = Reader(model or DEFAULT_MODEL, device=device)
    wrong = _wrong(reader)
    report = {
        "ok": not wrong,
        "model": reader.network.name,
        "device": device,
        "glyphs": {
            "count": len(_known()),
            "right": len(_known()) - len(wrong),
            "wrong": wrong,
        },
        "speed": _speed(reader),
        "providers": providers(),
        "versions": _versions(),
    }
    if as_json:
        emit(report)
    else:
        _tell(report)
    sys.exit(1 if wrong else 0)


def _known() -> dict[str, str]:
    """The built-in pictures of which there is one right reading."""
    return {key: sample.reads for key, sample in SAMPLES.items() if sample.reads is not None}


def _wrong(reader: Reader) -> list[str]:
    """What was read otherwise than it should be, a sentence each."""
    readings = reader.classify_many([draw(key) for key in _known()])
    return [
        f"{key} was read as {reading.text!r}, not {expected!r}"
        for (key, expected), reading in zip(_known().items(), readings, strict=True)
        if reading.text != expected
    ]


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
    click.echo(
        f"speed      {speed['ms_per_glyph']:.2f} ms a glyph, {speed['ms_per_photo']:.2f} ms a small photo"
    )
    click.echo(f"providers  {', '.join(report['providers'])}")
    click.echo("versions   " + ", ".join(f"{name} {number}" for name, number in report["versions"].items()))
    click.echo("All is well." if report["ok"] else "Something is wrong with this installation: see above.")
