"""Glyphs that a person should look at, their decisions, and both as a folder to train on; in one SQLite file."""

from digitlens.store.export import Exported, export
from digitlens.store.item import Counts, Decision, Item
from digitlens.store.pages import KeptPage
from digitlens.store.store import Store, default_path

__all__ = ["Counts", "Decision", "Exported", "Item", "KeptPage", "Store", "default_path", "export"]
