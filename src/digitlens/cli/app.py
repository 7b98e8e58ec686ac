"""``digitlens app``: the web app."""

import click

__all__ = ["command"]


@click.command(name="app")
@click.option(
    "--port", type=click.IntRange(1, 65535), metavar="N", help="Port; if none, 8501 or the next free one."
)
@click.option(
    "--host",
    metavar="H",
    default="localhost",
    show_default=True,
    help="Address to listen at; 0.0.0.0 lets other machines in.",
)
@click.option("--no-browser", is_flag=True, help="Open no browser window.")
def command(port: int | None, host: str, no_browser: bool) -> None:
    """Open the web app in the browser; Ctrl-C ends it.

    \b
    Examples:
      digitlens app
      digitlens app --port 9000 --no-browser
    """
    from digitlens.web.serve import serve  # noqa: PLC0415  # Streamlit is an extra: help works without it

    serve(host, port, browser=not no_browser)
