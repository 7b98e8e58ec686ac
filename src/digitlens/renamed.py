"""Public names that changed: whoever still uses an old one is told the new one."""

import sys
from collections.abc import Mapping
from typing import NoReturn

__all__ = ["RENAMED", "missing_name", "refuse_renamed"]

RENAMED: Mapping[str, Mapping[str, str]] = {
    "0.1.0": {
        "digitlens.gallery": "digitlens.error_report",
        "digitlens.batch.Survey": "digitlens.batch.SourceInfo",
        "digitlens.data.synth.hands": "digitlens.data.synth.draw_writers",
        "digitlens.data.synth.blanks.fill": "digitlens.data.synth.fills.fill",
        "digitlens.data.synth.blanks.values_for": "digitlens.data.synth.fills.values_for",
        "digitlens.data.synth.blanks.write_text": "digitlens.data.synth.writers.write_text",
        "digitlens.data.synth.sheets.SIGNS": "digitlens.data.synth.sheets.DRAWN_SIGNS",
        "digitlens.error_report.MOST": "digitlens.error_report.MOST_EXAMPLES",
        "digitlens.evaluate.Trial": "digitlens.evaluate.DatasetPredictions",
        "digitlens.evaluate.try_on": "digitlens.evaluate.predict_dataset",
        "digitlens.forms.Table": "digitlens.Table",
        **{
            f"digitlens.forms.{name}": f"digitlens.reader.tables.{name}"
            for name in ("Candidate", "Cell", "Check", "Settled", "read_table", "settle", "sum_check")
        },
        "digitlens.imaging.views": "digitlens.imaging.tta_views",
        "digitlens.tune.Job": "digitlens.tune.TuningJob",
        "digitlens.model.Verdicts": "digitlens.model.Predictions",
        "digitlens.model.pooled": "digitlens.model.ensemble_logits",
    }
}
"""Version -> old name -> new name."""


def refuse_renamed(module: str) -> None:
    """Have a module tell the new names of those that it once offered (PEP 562).

    Args:
        module: its name, ``__name__`` within it. A type checker knows nothing of the old names.
    """

    def missing(name: str) -> NoReturn:
        raise missing_name(module, name)

    vars(sys.modules[module])["__getattr__"] = missing


def missing_name(module: str, name: str) -> ImportError | AttributeError:
    """The error of a name that a module does not have, to be raised.

    Args:
        module: its name.
        name: which it was asked for.

    Returns:
        Where it has a new name an ImportError, for ``from MODULE import NAME`` would not pass on the words of the
        other; where it never was, an AttributeError.
    """
    old = f"{module}.{name}"
    for version, names in RENAMED.items():
        if old in names:
            return ImportError(f"{old} is called {names[old]} since version {version}.", name=old)
    return AttributeError(f"module {module!r} has no attribute {name!r}", name=name, obj=sys.modules[module])
