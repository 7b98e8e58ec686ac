"""``digitlens export``: any network as ONNX with its card, checked against what it was."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digitlens.cli.output import emit, json_option
from digitlens.cli.wanted import wanted_options
from digitlens.data import load
from digitlens.errors import InvalidModel
from digitlens.files import atomic_write
from digitlens.imaging import frame_all
from digitlens.model import Card, Network, card_path, find
from digitlens.model.registry import keras_file
from digitlens.wording import percent

if TYPE_CHECKING:  # what trains needs Keras, --help does not
    from digitlens.train.bring import Brought
    from digitlens.train.preprocess import Polarity

__all__ = ["command", "exported"]


@click.command(name="export")
@click.argument("model")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.onnx",
    help="Where to write it; its card goes beside it.",
)
@click.option(
    "--int8",
    is_flag=True,
    help="In eight-bit integers: smaller and faster. MODEL is then an .onnx file or a name; needs MNIST.",
)
@wanted_options
@json_option
def command(
    model: str,
    output: Path,
    int8: bool,
    scale: str | None,
    polarity: "Polarity | None",
    transpose: bool | None,
    labels: str | None,
    as_json: bool,
) -> None:
    """Write MODEL, a .keras, .h5 or .onnx file or the name of a network, as ONNX with its card.

    A network of your own, from any Keras or exporter, is tried on glyphs whose labels are known to find what it
    wants, and calibrated by them. 1,000 images must come out as Keras computes them, or nothing is written. In eight
    bits, 2,000 digits must read as in floats but for one in a thousand.

    \b
    Examples:
      digitlens export mnist_cnn_model.h5 -o mnist.onnx
      digitlens export from_pytorch.onnx -o mine.onnx --scale mnist
      digitlens export robust --int8 -o robust-int8.onnx
    """
    if output.suffix != ".onnx":
        raise click.BadParameter(f"{output} must end in .onnx", param_hint="--output")
    if int8:
        _export_int8(model, output, as_json)
        return
    source = Path(model) if model.endswith(".onnx") else keras_file(model)
    row = exported(source, output, scale, polarity, transpose, labels)
    if as_json:
        emit(row)
    else:
        click.echo(f"{output}: largest difference from {source.name} {row['largest_difference']:.1e}")


def exported(
    source: Path,
    output: Path,
    scale: str | None,
    polarity: "Polarity | None",
    transpose: bool | None,
    labels: str | None,
) -> dict[str, object]:
    """Export a network of ours, which has its card beside it, or bring another; what is told of it.

    Args:
        source: a ``.keras``, ``.h5`` or ``.onnx`` file.
        output: the ``.onnx`` file to write; its card comes beside it.
        scale: of the levels that the network takes; None to find out, like all that follow.
        polarity: of the pictures that it takes.
        transpose: it takes rows for columns.
        labels: one character for each class, in its order.

    Raises:
        InvalidModel: it cannot be used, or it does not read.
        ExportMismatch: the new graph does not compute what the old one does.
    """
    from digitlens.train.bring import bring  # noqa: PLC0415
    from digitlens.train.probe import StatedPreprocessing  # noqa: PLC0415

    wanted = StatedPreprocessing(scale, polarity, transpose, None if labels is None else tuple(labels))
    if source.suffix == ".onnx" and source.resolve() == output.resolve():
        raise click.BadParameter(f"{output} is MODEL itself", param_hint="--output")
    if source.suffix != ".onnx" and card_path(source).is_file() and wanted == StatedPreprocessing():
        return _export_ours(source, output)
    if source.suffix == ".onnx" and card_path(source).is_file():
        raise InvalidModel(f"{source} is a network of DigitLens already, with its card: use it as it is.")
    brought = bring(source, output, wanted)
    _tell(brought)
    return {
        "file": str(output),
        "sha256": brought.card.sha256,
        "largest_difference": brought.card.metrics["parity"],
        "found": brought.told,
        "tried_on": brought.tried_on,
        "labels": "".join(brought.card.labels),
        "head": brought.card.head,
    }


def _export_ours(source: Path, output: Path) -> dict[str, object]:
    """Export a network that has its card beside it, with that card."""
    from digitlens.train.export import export_file  # noqa: PLC0415

    with atomic_write(output) as temporary:
        made = export_file(source, temporary)
        card = replace(Card.load(card_path(source)), sha256=made.sha256, head=made.head)
        card.save(card_path(output))  # in here: no network stands without its card
    return {"file": str(output), "sha256": card.sha256, "largest_difference": made.difference}


def _export_int8(model: str, output: Path, as_json: bool) -> None:
    """Quantise by 4,000 of MNIST's training digits."""
    from digitlens.train.quantize import quantize  # noqa: PLC0415

    frames = frame_all(load("mnist", "train").images[:4_000])
    card = quantize(Network.load(find(model)), output, frames)
    agreement = card.metrics["agreement_with_floats"]
    row = {"file": str(output), "sha256": card.sha256, "agreement": agreement}
    if as_json:
        emit(row)
    else:
        click.echo(f"{output}: reads {percent(agreement, 2)} of 2,000 digits as the floats do")


def _tell(brought: "Brought") -> None:
    """Say what was found, and what is lost where something is."""
    tried = f" (tried on {brought.tried_on})" if brought.tried_on else ""
    click.echo(f"{brought.told}{tried}", err=True)
    click.echo(f"its labels are {''.join(brought.card.labels)}", err=True)
    if not brought.tried_on:
        click.echo("its confidences are not calibrated, and nothing it reads is accepted", err=True)
    if brought.card.head == "none":
        click.echo(
            "`explain` shows occlusion alone: its last layers have no closed form for Grad-CAM", err=True
        )
