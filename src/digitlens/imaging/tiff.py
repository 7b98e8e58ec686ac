"""TIFF's tags about an image that Pillow does not act on."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["is_auxiliary", "white_is_zero"]

_SUBFILE, _OLD_SUBFILE, _PHOTOMETRIC = 254, 255, 262
_REDUCED_OR_MASK = 0b101  # bits of NewSubfileType; the bit between them says "one page of several"
_OLD_REDUCED = 2


def is_auxiliary(image: "Image.Image") -> bool:
    """Tell whether an image of a TIFF is a thumbnail or a transparency mask of another, not a page.

    Scanners and archives put them in, before the page or after it; see ``findings/tiff_thumbnail_is_a_page.sh``.
    """
    tags = getattr(image, "tag_v2", {})
    return (
        bool(_number(tags.get(_SUBFILE)) & _REDUCED_OR_MASK)
        or _number(tags.get(_OLD_SUBFILE)) == _OLD_REDUCED
    )


def white_is_zero(image: "Image.Image") -> bool:
    """Tell whether a TIFF says that its lowest sample is white (PhotometricInterpretation 0).

    Pillow has acted on it up to 8 bits a sample and not above; see ``findings/tiff_white_is_zero.sh``.
    """
    return getattr(image, "tag_v2", {}).get(_PHOTOMETRIC) == 0


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0  # a damaged tag says nothing
