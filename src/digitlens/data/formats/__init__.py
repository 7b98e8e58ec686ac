"""Datasets as people have them: one registry of readers, each of which knows its format by a file's content."""

from digitlens.data.formats.loading import collection, load_collection, splits_of
from digitlens.data.formats.registry import FORMATS, Format, format_of, shards_of, shards_within
from digitlens.data.formats.sample import WHOLE, File, Sample, Shard, split_of

__all__ = [
    "FORMATS",
    "WHOLE",
    "File",
    "Format",
    "Sample",
    "Shard",
    "collection",
    "format_of",
    "load_collection",
    "shards_of",
    "shards_within",
    "split_of",
    "splits_of",
]
