"""The outcome of a training, for a person or a machine: of glyphs, or of drawn scenes."""

from typing import TYPE_CHECKING

import click

from digitlens.cli.output import emit

if TYPE_CHECKING:
    from digitlens.train.drawn.run import DrawnOutcome
    from digitlens.train.run import Outcome
from digitlens.wording import percent

__all__ = ["emit_pages", "row", "tell", "tell_pages"]


def row(outcome: "Outcome") -> dict[str, object]:
    """The outcome for machines."""
    metrics = outcome.card.metrics
    return {
        "model": str(outcome.model),
        "report": str(outcome.report),
        **{f"{part}_accuracy": metrics[part]["accuracy"] for part in ("training", "validation", "test")},
        "runs": metrics.get("runs"),
    }


def tell(outcome: "Outcome") -> None:
    """The outcome for a person."""
    metrics = outcome.card.metrics
    for part in ("training", "validation", "test"):
        found = metrics[part]
        low, high = found["interval"]
        click.echo(
            f"{part.capitalize() + ' accuracy':<20} {percent(found['accuracy'], 2)}   "
            f"({found['errors']:,} of {found['count']:,} wrong; "
            f"95 % interval {percent(low, 2)} to {percent(high, 2)})"
        )
    if runs := metrics.get("runs"):
        each = ", ".join(f"{percent(accuracy, 2)}" for accuracy in runs["test_accuracy"])
        click.echo(
            f"Mean of {len(runs['seeds'])} seeds  {percent(runs['mean'], 3)} +- {percent(runs['sd'], 3)}   ({each})"
        )
    click.echo(f"Network              {outcome.model} (and .keras, .h5, .card.json beside it)")
    click.echo(f"Report               {outcome.report}")


def emit_pages(outcome: "DrawnOutcome") -> None:
    """A network that learnt from drawn scenes, for machines."""
    known = outcome.card.metrics["validation"]
    told = {f"validation_{name}": known[name] for name in ("f1", "exact", "loss") if name in known}
    emit({"model": str(outcome.model), "report": str(outcome.report), **told})


def tell_pages(outcome: "DrawnOutcome") -> None:
    """The same for a person."""
    known = outcome.card.metrics["validation"]
    score = "F1" if "f1" in known else "exact"
    value = percent(known[score.lower()], 2)
    click.echo(f"{'Validation ' + score:<20} {value}   (on {known['scenes']:,} drawn scenes)")
    click.echo(f"Network              {outcome.model} (and .keras, .card.json beside it)")
    click.echo(f"Report               {outcome.report}")
