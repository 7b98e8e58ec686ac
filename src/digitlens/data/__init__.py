"""Datasets: found or downloaded, verified, and read into arrays."""

from digitlens.data.dataset import DIGITS, LOOK_ALIKES, DataFile, Dataset, DatasetEntry, Part, Split
from digitlens.data.download import cache_dir, fetch, locate
from digitlens.data.entries import MERGED
from digitlens.data.folder import Framing, labelled_files, other_files
from digitlens.data.labelled import LabelledPicture, labelled_folder, labelled_pictures
from digitlens.data.registry import DATASETS, at_hand, check, few_labels, find, get, load, splits
from digitlens.data.split import stratified_split

__all__ = [
    "DATASETS",
    "DIGITS",
    "LOOK_ALIKES",
    "MERGED",
    "DataFile",
    "Dataset",
    "DatasetEntry",
    "Framing",
    "LabelledPicture",
    "Part",
    "Split",
    "at_hand",
    "cache_dir",
    "check",
    "fetch",
    "few_labels",
    "find",
    "get",
    "labelled_files",
    "labelled_folder",
    "labelled_pictures",
    "load",
    "locate",
    "other_files",
    "splits",
    "stratified_split",
]
