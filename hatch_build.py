"""What the metadata of a build says of where it was built: no address is known until a repository builds it."""

import os

from hatchling.metadata.plugin.interface import MetadataHookInterface

__all__ = ["Addresses"]


class Addresses(MetadataHookInterface):
    """Fills in ``project.urls`` from what GitHub tells its workflows; elsewhere there are none."""

    def update(self, metadata: dict) -> None:
        """Put the addresses of the repository that builds into ``metadata``."""
        server, name = os.environ.get("GITHUB_SERVER_URL"), os.environ.get("GITHUB_REPOSITORY")
        metadata["urls"] = {}
        if server and name:
            home = f"{server}/{name}"
            metadata["urls"] = {
                "Homepage": home,
                "Documentation": f"{home}/tree/HEAD/docs",
                "Changelog": f"{home}/blob/HEAD/CHANGELOG.md",
                "Issues": f"{home}/issues",
            }
