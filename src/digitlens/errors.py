"""Every error DigitLens raises on purpose.

    DigitLensError
    ├── ImageError             the picture
    │   ├── UnreadableImage      not an image, truncated, or of a kind we cannot decode
    │   └── ImageTooLarge        more bytes or pixels than the limit, told before decoding
    ├── DatasetError           the data
    │   ├── DatasetNotFound      no dataset or folder of that name
    │   ├── CorruptDataset       a file that is not what it should be
    │   └── DownloadFailed       no mirror gave the file, or downloading is switched off
    ├── ModelError             the network
    │   ├── ModelNotFound        no model of that name, no such file
    │   ├── DeviceNotFound       a device was asked for that is not there
    │   ├── AlphabetMismatch     a network that lacks a label that is wanted
    │   ├── InvalidModel         a model file or card that cannot be used
    │   └── ExportMismatch       the exported graph does not compute what Keras computes
    ├── ExplanationError       what is to be explained
    │   ├── NothingToExplain     a blank picture, or a sign that no network was asked about
    │   └── UnknownLabel         a label that the network doesn't know
    ├── FormError              a form or a table
    │   ├── SheetRefused         a sheet that cannot be laid over the form
    │   └── TableNotFound        a picture that shows no table
    ├── TrainingError          a training run that cannot start or go on
    ├── InvalidSetting         a server that is told what cannot be; `digitlens.api.errors` has those of requests
    ├── BatchError             a batch job that cannot start or go on
    │   └── InputFailed          one of its inputs ended the process that read it, or failed as nobody foresaw
    └── StoreError             what is kept for review: not to be had, or not to be written
        └── UnusableStore        a damaged file, no store at all, or one of a newer DigitLens

Each carries a stable ``code`` for machines and a message for people that says what is wrong,
what was expected and what to do.
"""

from typing import ClassVar

__all__ = [
    "AlphabetMismatch",
    "BatchError",
    "CorruptDataset",
    "DatasetError",
    "DatasetNotFound",
    "DeviceNotFound",
    "DigitLensError",
    "DownloadFailed",
    "ExplanationError",
    "ExportMismatch",
    "FormError",
    "ImageError",
    "ImageTooLarge",
    "InputFailed",
    "InvalidModel",
    "InvalidSetting",
    "ModelError",
    "ModelNotFound",
    "NothingToExplain",
    "SheetRefused",
    "StoreError",
    "TableNotFound",
    "TrainingError",
    "UnknownLabel",
    "UnreadableImage",
    "UnusableStore",
    "error_of",
]


class DigitLensError(Exception):
    """The root of the tree: catch this to catch everything DigitLens raises on purpose."""

    code: ClassVar[str] = "error"

    def to_dict(self) -> dict[str, str]:
        """The ``error`` object of the JSON contract: ``{"code": ..., "message": ...}``."""
        return {"code": self.code, "message": str(self)}


class ImageError(DigitLensError):
    """Something about the picture."""

    code = "image_error"


class UnreadableImage(ImageError):
    """Not an image, a truncated one, or one of a kind that cannot be decoded."""

    code = "unreadable_image"


class ImageTooLarge(ImageError):
    """More bytes or pixels than the limit; raised before the pixels are decoded."""

    code = "image_too_large"


class DatasetError(DigitLensError):
    """Something about a dataset."""

    code = "dataset_error"


class DatasetNotFound(DatasetError):
    """No dataset of that name and no such folder."""

    code = "dataset_not_found"


class CorruptDataset(DatasetError):
    """A dataset file that is truncated, oversized, mislabelled or has the wrong hash."""

    code = "corrupt_dataset"


class DownloadFailed(DatasetError):
    """No mirror gave the file, or downloading is switched off."""

    code = "download_failed"


class ModelError(DigitLensError):
    """Something about a network."""

    code = "model_error"


class ModelNotFound(ModelError):
    """No model of that name and no such file."""

    code = "model_not_found"


class DeviceNotFound(ModelError):
    """A device was asked for that is not there, or that ONNX Runtime cannot use."""

    code = "device_not_found"


class AlphabetMismatch(ModelError):
    """A network that does not read a label that is wanted."""

    code = "alphabet_mismatch"


class InvalidModel(ModelError):
    """A model file or card that cannot be used."""

    code = "invalid_model"


class ExportMismatch(ModelError):
    """The exported graph does not compute what Keras computes."""

    code = "export_mismatch"


class StoreError(DigitLensError):
    """Something about what is kept for review: it cannot be had or written."""

    code = "store_error"


class UnusableStore(StoreError):
    """A store's file that is damaged, is none at all, or is of a newer DigitLens."""

    code = "unusable_store"


class ExplanationError(DigitLensError):
    """Something about what is to be explained."""

    code = "explanation_error"


class NothingToExplain(ExplanationError):
    """A blank picture, or a sign between digits: the network saw nothing that it could have judged."""

    code = "nothing_to_explain"


class UnknownLabel(ExplanationError):
    """A label that the network doesn't know; the message names those it does."""

    code = "unknown_label"


class FormError(DigitLensError):
    """Something about a form: its file says what cannot be, or one of its blank pages cannot be used."""

    code = "form_error"


class SheetRefused(FormError):
    """A sheet that cannot be laid over the form: another one, a blank page, something else altogether."""

    code = "sheet_refused"


class TableNotFound(FormError):
    """A picture in which no rows and columns can be made out."""

    code = "table_not_found"


class TrainingError(DigitLensError):
    """A training run that cannot start or go on."""

    code = "training_error"


class BatchError(DigitLensError):
    """A batch job that cannot start or go on: its inputs, its table or what an earlier run left."""

    code = "batch_error"


class InputFailed(BatchError):
    """One input of a batch ended the process that read it, or failed in a way that nobody foresaw."""

    code = "input_failed"


class InvalidSetting(DigitLensError):
    """A setting of the server that is out of its bounds, or not of its kind."""

    code = "invalid_setting"


def error_of(code: str, message: str) -> DigitLensError:
    """The error that `DigitLensError.to_dict` told.

    Raises:
        KeyError: there is none with that code among those that are defined.
    """
    return _by_code(DigitLensError)[code](message)


def _by_code(root: type[DigitLensError]) -> dict[str, type[DigitLensError]]:
    """Every class of errors by its code."""
    found = {root.code: root}
    for kind in root.__subclasses__():
        found |= _by_code(kind)
    return found
