"""The distribution of drawn sheets, read from one commented file: ``sheets.toml`` beside this module."""

import tomllib
from dataclasses import dataclass, replace
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import Any

from digitlens.data.synth.sheets.configfile import config_section
from digitlens.data.synth.sheets.sections import (
    ContentConfig,
    FormsConfig,
    OpticsConfig,
    PaperConfig,
    SceneConfig,
    SheetsConfig,
    WholeConfig,
    WritingConfig,
)
from digitlens.errors import DatasetError

__all__ = ["SheetConfig"]


@dataclass(frozen=True, slots=True)
class SheetConfig:
    """The whole distribution."""

    sheet: SheetsConfig
    whole: WholeConfig
    writing: WritingConfig
    content: ContentConfig
    paper: PaperConfig
    forms: FormsConfig
    scene: SceneConfig
    optics: OpticsConfig
    everyday: "SheetConfig | None" = None
    """The distribution as most people send pictures, where the file tells it: some of its fields differ."""

    @classmethod
    def load(cls, path: str | PathLike[str] | None = None) -> "SheetConfig":
        """Read a distribution.

        Args:
            path: a TOML file with the fields of ``sheets.toml``, which is read where none is given.

        Raises:
            DatasetError: it cannot be read, lacks a field, or has an unknown one or a value out of place.
        """
        source = files("digitlens.data.synth.sheets").joinpath("sheets.toml") if path is None else Path(path)
        try:
            found = tomllib.loads(source.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise DatasetError(f"{source} cannot be read as a configuration of sheets: {error}.") from error
        everyday = found.pop("everyday", None)
        whole = config_section(cls, found, str(source), "")
        if everyday is None:
            return whole
        return replace(
            whole, everyday=config_section(cls, _overlaid(found, everyday), f"{source}: [everyday]", "")
        )


def _overlaid(below: dict[str, Any], above: Any) -> dict[str, Any]:
    """A table with some of its values otherwise, also those of tables in it."""
    if not isinstance(above, dict):
        return above
    return below | {
        name: _overlaid(below[name], value) if isinstance(below.get(name), dict) else value
        for name, value in above.items()
    }
