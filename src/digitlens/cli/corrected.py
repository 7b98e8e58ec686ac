"""The outcome of fine-tuning, for machines and for a person."""

from dataclasses import asdict

import click

from digitlens.cli.output import emit
from digitlens.train.correct import Corrected

__all__ = ["emit_corrected", "tell_corrected"]


def emit_corrected(corrected: Corrected) -> None:
    """One JSON object."""
    emit(
        {
            "model": str(corrected.outcome.model),
            "report": str(corrected.outcome.report),
            "start": corrected.start,
            "refused": corrected.refused,
            "corrections": corrected.corrections,
            "right_before": corrected.right_before,
            "right_after": corrected.right_after,
            "validation": {**asdict(corrected.comparison), "chance": corrected.comparison.chance},
        }
    )


def tell_corrected(corrected: Corrected) -> None:
    """Print how many corrections are read right now, the accuracy it cost, and if the network was kept."""
    found, outcome = corrected.comparison, corrected.outcome
    click.echo(
        f"Corrections read right     {corrected.right_before:,} before, {corrected.right_after:,} now, "
        f"of {corrected.corrections:,}"
    )
    click.echo(
        f"Validation glyphs wrong    {found.errors_before:,} before, {found.errors_after:,} now, of {found.count:,} "
        f"({found.lost:,} lost, {found.gained:,} gained)"
    )
    if corrected.refused:
        click.echo(
            f"It reads worse than {corrected.start}: that chance alone loses so many has a probability of "
            f"{found.chance:.2g}. It was not kept, and nothing was replaced; its report is {outcome.report}.",
            err=True,
        )
        return
    click.echo(f"Network                    {outcome.model} (and .keras, .h5, .card.json beside it)")
    click.echo(f"Report                     {outcome.report}")
