"""The reader as a static site: networks, runtime, module and page, for any web space and with no server."""

from digitlens.site.write import Site, write_site

__all__ = ["Site", "write_site"]
