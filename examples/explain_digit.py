"""Ask why a digit was read as it was, and not as another: two heat maps in one picture.

python examples/explain_digit.py seven.png 1         # why is it no 1? Without arguments, a 7 that DigitLens brings
"""

import sys
from collections.abc import Sequence

import numpy as np
from PIL import Image

from digitlens import Explanation, Reader
from digitlens.data.samples import draw

SIDE = 224  # pixels that 28 become


def panels(why: Explanation) -> Image.Image:
    """Side by side: what the network saw, Grad-CAM in yellow, and ink that speaks for the label (red) or against."""
    frame = np.repeat(why.frame[..., None], 3, axis=2)
    gradcam = np.zeros_like(frame)
    if why.gradcam is not None:
        gradcam[..., :2] = np.rint(255 * why.gradcam)[..., None]
    strength = why.occlusion / max(float(np.abs(why.occlusion).max()), 1e-6)
    occlusion = np.zeros_like(frame)
    occlusion[..., 0], occlusion[..., 2] = 255 * np.clip(strength, 0, 1), 255 * np.clip(-strength, 0, 1)
    row = np.concatenate([frame, gradcam, occlusion], axis=1)
    return Image.fromarray(row).resize((3 * SIDE, SIDE), Image.Resampling.NEAREST)


def main(arguments: Sequence[str]) -> int:
    """Save why.png, and print how sure the label is."""
    picture = arguments[0] if arguments else draw("pencil")
    why = Reader().explain(picture, label=arguments[1] if len(arguments) > 1 else "1")
    print(f"read as {why.read!r}; {why.label!r} has {why.confidence:.2%}")
    panels(why).save("why.png")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
