"""Inputs from an IDX file of images, as MNIST comes."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from digitlens.batch.inputs import Item, Survey, file_state, survey
from digitlens.data.idx import count_images, image_batches
from digitlens.errors import BatchError, DatasetError

__all__ = ["IdxInputs"]

AT_ONCE = 256
"""Images that are in memory at once."""


@dataclass(frozen=True)
class IdxInputs:
    """The images of an IDX file, packed with gzip or not, named ``FILE#ROW``, from 0."""

    file: str

    def __iter__(self) -> Iterator[Item]:
        """The images as uint8 (H, W).

        Raises:
            BatchError: the file is not exactly one IDX file of images.
        """
        row = 0
        try:
            with closing(image_batches(Path(self.file), AT_ONCE)) as batches:
                for batch in batches:
                    for image in batch:
                        yield Item(f"{self.file}#{row}", partial(_itself, image), size=image.size)
                        row += 1
        except DatasetError as error:
            raise BatchError(str(error)) from error

    def survey(self) -> Survey:
        """What there is, by the file's header, size and time."""
        try:
            count = count_images(Path(self.file))
        except DatasetError as error:
            raise BatchError(str(error)) from error
        return Survey(count, survey([(self.file, file_state(self.file))]).digest)


def _itself(image: Any) -> Any:
    return image
