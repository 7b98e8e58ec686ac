"""A labelled folder read, and a page of what was read wrong and what was refused, to see where it went wrong."""

from digitlens.gallery.judge import Judged, Outcome, Tally, judged
from digitlens.gallery.write import MOST, write_gallery

__all__ = ["MOST", "Judged", "Outcome", "Tally", "judged", "write_gallery"]
