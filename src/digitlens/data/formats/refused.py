"""Formats that are not read, told by their first bytes, and what to do instead."""

import re

__all__ = ["advice"]

SAVE = "numpy.savez('digits.npz', images=images, labels=labels)"

_PICKLE = re.compile(rb"\x80[\x02-\x05](?=[\x95c}\](KXq\x8c])|\(dp\d|\(lp\d|cnumpy|ccopy_reg")
_TORCH = re.compile(rb"PK\x03\x04.{26}[^\0]{0,200}?(?:data\.pkl|byteorder|\.format_version)", re.DOTALL)


def advice(head: bytes) -> str | None:
    """Return the end of a sentence that a file's name begins, where the file begins so; None if there is no advice."""
    if _PICKLE.match(head) or _TORCH.match(head):
        return (
            "is a pickle, and to read one is to run whatever it holds, so it is not read: where you trust it, open it "
            f"in Python and save the arrays with {SAVE}"
        )
    if head.startswith((b"\x89HDF\r\n", b"MATLAB 7.3")):
        return (
            "is an HDF5 file, which is not read as data: save it from MATLAB with -v7, or from Python with "
            + SAVE
        )
    if head.startswith(b"PK\3\4") and b"[Content_Types].xml" in head[:200]:
        return "is a workbook: save the sheet as CSV"
    if head.startswith((b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd")):
        return "is packed in a way that is not read: unpack it"
    return None
