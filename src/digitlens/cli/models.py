"""``digitlens models``: which networks there are, their cards, and more of them by name."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from digitlens.cli.output import emit, json_option
from digitlens.cli.wanted import wanted_options
from digitlens.files import atomic_write, printable
from digitlens.model import (
    DEFAULT_MODEL,
    Card,
    Kind,
    Network,
    PageCard,
    available,
    card_path,
    find,
    kind_of,
)
from digitlens.model.registry import added_path
from digitlens.wording import percent

__all__ = ["command"]

KINDS_TOLD: dict[Kind, str] = {"pages": "finds glyphs on pages", "lines": "reads lines"}
"""Networks that do not read single glyphs: what they do, by their kind."""


@click.group(name="models")
def command() -> None:
    """List networks, show their cards, and add your own.

    \b
    Examples:
      digitlens models list
      digitlens models add mnist_cnn.h5 --name mine
    """


@command.command(name="list")
@json_option
def list_models(as_json: bool) -> None:
    """List every network that can be named, the default marked with *.

    \b
    Example:
      digitlens models list --json
    """
    for name, path in available().items():
        card = Card.load(card_path(path))
        row = {"name": name, "default": name == DEFAULT_MODEL, **card.summary(), "file": str(path)}
        if as_json:
            emit(row)
        else:
            mark = "*" if name == DEFAULT_MODEL else " "
            accuracy = "-" if row["accuracy"] is None else f"{percent(row['accuracy'], 2)}"
            click.echo(
                f"{mark} {name}@{card.version}  test {accuracy}  {card.parameters:,} parameters  {path}"
            )
    for kind, does in KINDS_TOLD.items():
        for name, path in available(kind).items():
            other = PageCard.load(card_path(path), kind)
            if as_json:
                emit({"name": name, "kind": kind, **other.summary(), "file": str(path)})
            else:
                click.echo(f"  {name}@{other.version}  {does}  {other.parameters:,} parameters  {path}")


@command.command(name="show")
@click.argument("name", default=DEFAULT_MODEL)
@json_option
def show(name: str, as_json: bool) -> None:
    """Show what there is to know of a network, by name or file; --json prints its whole card.

    \b
    Examples:
      digitlens models show classic
      digitlens models show --json robust
    """
    path = find(name)
    card = (PageCard if kind_of(path) == "pages" else Card).load(card_path(path))
    values = {"name": path.stem, "version": card.version, "file": str(path), **asdict(card)}
    if as_json:
        emit(values)
    else:
        click.echo("\n".join(_summary(path, card)))


def _summary(path: Path, card: Card | PageCard) -> list[str]:
    """Return a summary of a network for a person, a line each; unknown terms are left out."""
    does = "finds glyphs on pages" if isinstance(card, PageCard) else "reads glyphs"
    told = {
        "what": f"{path.stem}@{card.version}, {does}",
        "reads": f"{''.join(card.labels)}{', other writing' if '' in card.labels else ''}",
        "learnt from": card.trained_on,
        **_measured(card),
        "size": f"{card.parameters:,} parameters, {path.stat().st_size / 1e6:.1f} MB",
        "made by": card.command,
        "made with": ", ".join(f"{name} {version}" for name, version in card.software.items()),
        "licence": card.licence,
        "file": printable(str(path)),
    }
    return [
        *(f"{name:<13}{text}" for name, text in told.items() if text),
        "",
        "--json prints the whole card.",
    ]


def _measured(card: Card | PageCard) -> dict[str, str]:
    """Return the measured accuracy, by the data that it was measured on."""
    if isinstance(card, PageCard):
        known = card.metrics.get("validation", {})
        found = (
            f"F1 {percent(known['f1'], 2)} on {known['scenes']:,} held-back scenes" if "f1" in known else ""
        )
        return {"measured": found}
    test = card.metrics.get("test", {})
    if not {"accuracy", "interval", "count", "dataset", "accepted", "accepted_errors", "ece"} <= test.keys():
        return {}
    low, high = test["interval"]
    right = f"{percent(test['accuracy'], 2)} of {test['count']:,} glyphs of {test['dataset']} right"
    sure = f"{percent(test['accepted'], 1)} accepted, {test['accepted_errors']} of them wrong"
    return {
        "measured": f"{right}, 95 % interval {percent(low, 2)} to {percent(high, 2)}",
        "": f"{sure}, calibration error {percent(test['ece'], 2)}",
    }


@command.command(name="add")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--name", metavar="NAME", help="What it is to be called; if not given, as its file is.")
@wanted_options
@json_option
def add(file: Path, name: str | None, as_json: bool, **wanted: Any) -> None:
    """Add a network, a .keras, .h5 or .onnx file, so that --model NAME finds it.

    It goes with its card into the first folder of DIGITLENS_MODELS, else into DigitLens's own. A network without a
    card is tried on glyphs whose labels are known, as `digitlens export` does.

    \b
    Examples:
      digitlens models add mnist_cnn.h5 --name mine
      digitlens classify --model mine digit.png
    """
    name = file.name.partition(".")[0] if name is None else name
    path = added_path(name)
    if file.suffix == ".onnx" and card_path(file).is_file():
        _copied(file, path)
        row: dict[str, object] = {"file": str(path), "sha256": Card.load(card_path(path)).sha256}
    else:
        from digitlens.cli.export import exported  # noqa: PLC0415  # Keras is an extra: the rest works without

        row = exported(file, path, **wanted)
    if as_json:
        emit({"name": name, **row})
    else:
        click.echo(f"{path}: use it by --model {name}")


def _copied(file: Path, path: Path) -> None:
    """Copy a network that has its card, once it is seen to be the card's and safe."""
    network = Network.load(file)
    with atomic_write(path) as temporary:
        temporary.write_bytes(network.verified())
        network.card.save(card_path(path))  # in here: no network stands without its card
