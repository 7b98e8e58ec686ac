"""``digitlens site``: the reader as a static site."""

from pathlib import Path

import click

from digitlens.cli.options import model_option
from digitlens.cli.output import emit, json_option

__all__ = ["command"]


@click.command(name="site")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="OUT")
@model_option
@json_option
def command(folder: Path, model: str | None, as_json: bool) -> None:
    """Write the reader as a static site into the folder OUT: one page that reads in any browser, with no server.

    Put the folder on any web space, by https, or look at it with `python -m http.server -d OUT`. Nothing that is
    read leaves the browser, and after the first visit the page works without a network.

    \b
    Examples:
      digitlens site public
      digitlens site --model characters public
    """
    from digitlens.site import write_site  # noqa: PLC0415  # help works without the networks

    site = write_site(folder, model)
    if as_json:
        row = {"folder": str(site.folder), "model": site.model, "bytes": site.bytes}
        emit({**row, "files": dict(site.sizes)})
    else:
        told = f"{len(site.sizes)} files, {site.bytes / 1e6:.1f} MB to a visitor"
        click.echo(f"{site.folder} has the reader with {site.model}: {told}.")
