"""``digitlens evaluate``: figures of a network on labelled data."""

import click

from digitlens.cli.options import max_error_option
from digitlens.cli.output import emit, json_option
from digitlens.evaluate import Evaluation, evaluate
from digitlens.model.metrics import wilson

__all__ = ["command"]


@click.command(name="evaluate")
@click.argument("model")
@click.option("--dataset", required=True, metavar="NAME_OR_FOLDER", help="What to measure on.")
@click.option("--split", default="test", show_default=True, help="Which part of it.")
@max_error_option
@json_option
def command(model: str, dataset: str, split: str, max_error: float, as_json: bool) -> None:
    """Measure MODEL, a name or an .onnx file, on a labelled dataset.

    \b
    Example:
      digitlens evaluate classic --dataset mnist
    """
    result = evaluate(model, dataset, split, max_error=max_error, threads=2)
    if as_json:
        emit(result.to_dict())
    else:
        click.echo("\n".join([*_summary(result), "", *_per_label(result), "", *_confusion(result)]))


def _summary(result: Evaluation) -> list[str]:
    """The figures, a line each."""
    f = result.figures
    low, high = f.interval
    accepted = round(f.accepted * f.count)
    curve = ", ".join(f"{risk:.3%} of {share:.1%}" for share, risk in f.curve)
    return [
        f"{result.model} on {result.dataset}, {result.split}: {f.count:,} glyphs in {result.seconds:.1f} s",
        f"accuracy            {f.accuracy:.2%}   95 % interval {low:.2%} to {high:.2%}, {f.errors} wrong",
        f"calibration error   {f.ece:.2%}   before calibration {f.ece_uncalibrated:.2%}",
        f"log loss            {f.nll:.4f}",
        f"risk-coverage area  {f.aurc:.6f}",
        f"risk and coverage   wrong are {curve}",
        f"accepted            {f.accepted:.2%}   {f.accepted_errors} of {accepted:,} wrong "
        f"({f.accepted_errors / max(1, accepted):.3%}), aimed for {result.max_error:.2%}",
    ]


def _per_label(result: Evaluation) -> list[str]:
    """A line for each label."""
    lines = ["label   glyphs    right  accuracy  95 % interval"]
    for label, (count, right) in result.figures.per_label.items():
        low, high = wilson(right, count)
        share = right / count if count else 0.0
        lines.append(f"{label:>5}  {count:>7,}  {right:>7,}  {share:>8.2%}  {low:.2%} to {high:.2%}")
    return lines


def _confusion(result: Evaluation) -> list[str]:
    """The confusion matrix: rows are true, columns are read."""
    head = "true \\ read" + "".join(f"{label:>7}" for label in result.labels)
    rows = zip(result.labels, result.figures.confusion, strict=True)
    return [head, *(f"{label:>11}" + "".join(f"{n:>7}" for n in row) for label, row in rows)]
