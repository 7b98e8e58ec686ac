"""``digitlens calibrate``: fit the confidences and thresholds of a trained network anew."""

import click

from digitlens.model import card_path, find

__all__ = ["command"]


@click.command("calibrate", short_help="Fit a network's confidences and thresholds anew.")
@click.argument("model")
def command(model: str) -> None:
    """Fit the confidences and thresholds of MODEL, a name or an .onnx file, anew, and measure it again.

    The glyphs are those that were held back when its recipe trained it; the weights stay as they are. What is found
    goes into the card beside the network.

    \b
    Example:
      digitlens calibrate characters
    """
    from digitlens.train.calibration import recalibrate  # noqa: PLC0415  it brings TensorFlow

    path = find(model)
    card = recalibrate(path)
    card.save(card_path(path))
    test = card.metrics["test"]
    click.echo(f"Accuracy             {test['accuracy']:.2%}   (on {test['count']:,} test glyphs)")
    click.echo(f"Accepted             {test['accepted']:.1%}   (of these wrong: {test['accepted_errors']:,})")
    click.echo(f"Wrote {card_path(path)}.", err=True)
