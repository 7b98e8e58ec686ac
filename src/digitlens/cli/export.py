"""``digitlens export``: a Keras network as ONNX, checked against Keras."""

from dataclasses import replace
from pathlib import Path

import click

from digitlens.cli.output import emit, json_option
from digitlens.data import DIGITS, load
from digitlens.files import whole_file
from digitlens.imaging import frame_all
from digitlens.model import Card, Network, card_path, find
from digitlens.model.calibrate import UNCALIBRATED
from digitlens.model.registry import keras_file
from digitlens.train.export import Exported, export_file
from digitlens.train.quantize import quantize

__all__ = ["command"]


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
@json_option
def command(model: str, output: Path, int8: bool, as_json: bool) -> None:
    """Write MODEL, a .keras or .h5 file or the name of a network, as ONNX with its card.

    1,000 images must come out as Keras computes them, or nothing is written. In eight bits, 2,000 digits must
    read as in floats but for one in a thousand.

    \b
    Examples:
      digitlens export mnist_cnn_model.h5 -o mnist.onnx
      digitlens export robust --int8 -o robust-int8.onnx
    """
    if output.suffix != ".onnx":
        raise click.BadParameter(f"{output} must end in .onnx", param_hint="--output")
    if int8:
        _export_int8(model, output, as_json)
        return
    source = keras_file(model)
    with whole_file(output) as temporary:
        exported = export_file(source, temporary)
        _card(source, exported).save(card_path(output))  # in here: no network stands without its card
    row = {"file": str(output), "sha256": exported.sha256, "largest_difference": exported.difference}
    if as_json:
        emit(row)
    else:
        click.echo(f"{output}: largest difference from Keras {exported.difference:.1e}")


def _export_int8(model: str, output: Path, as_json: bool) -> None:
    """Quantise by 4,000 of MNIST's training digits."""
    frames = frame_all(load("mnist", "train").images[:4_000])
    card = quantize(Network.load(find(model)), output, frames)
    agreement = card.metrics["agreement_with_floats"]
    row = {"file": str(output), "sha256": card.sha256, "agreement": agreement}
    if as_json:
        emit(row)
    else:
        click.echo(f"{output}: reads {agreement:.2%} of 2,000 digits as the floats do")


def _card(source: Path, exported: Exported) -> Card:
    """The card beside the Keras file, for the new ONNX file; one without figures where there is none."""
    if card_path(source).is_file():
        return replace(Card.load(card_path(source)), sha256=exported.sha256, head=exported.head)
    click.echo(
        f"{source} has no card beside it: the new one says nothing of its data and accuracy, "
        "its confidences are not calibrated, and nothing it reads is accepted.",
        err=True,
    )
    return Card(
        sha256=exported.sha256,
        labels=DIGITS,
        head=exported.head,
        parameters=exported.parameters,
        recipe={},
        seed=0,
        command="",
        trained_on="unknown",
        metrics={"parity": exported.difference},
        calibration=UNCALIBRATED,
    )
