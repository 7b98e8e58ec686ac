"""The last layer fitted once more when all others are trained, to glyphs as they are.

What a network learns besides its dataset, warped, degraded and under labels that several characters share, shifts how
often it expects each label; and O is told from 0 by little else. (Kang et al., Decoupling Representation and Classifier
for Long-Tailed Recognition, 2020, retrain the classifier for the same reason.)
"""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digitlens.data import Dataset
from digitlens.train.targets import outputs

__all__ = ["fit_head"]

HEAD_BATCH = 1024
RATE = 1e-3  # of Adam, falling to zero
GLYPHS_A_PASS = (
    16_384  # glyphs whose features are computed at a time: as floats they need four times the memory
)


def fit_head(model: keras.Model, glyphs: Dataset, epochs: int, seed: int) -> None:
    """Train the layer ``logits`` of a model alone, in place, on the glyphs of one label each.

    Args:
        model: whose layer ``logits`` is dense and linear, with a softmax behind it.
        glyphs: framed, images uint8 (N, 28, 28); those of a label that several characters share are passed over.
        epochs: how often each is seen.
        seed: of their order.
    """
    keras.utils.set_random_seed(seed)
    told = outputs(glyphs.alphabet)
    index = np.array([told.index(label) if label in told else -1 for label in glyphs.alphabet])
    glyphs = glyphs.rows(index[glyphs.labels] >= 0)
    last = model.get_layer("logits")
    body = keras.Model(model.inputs, last.input)
    features = np.concatenate(
        [_features(body, glyphs.images[i : i + GLYPHS_A_PASS]) for i in range(0, len(glyphs), GLYPHS_A_PASS)]
    )
    head: Any = keras.Sequential([keras.Input(features.shape[1:]), keras.layers.Dense(len(told))])
    head.set_weights(last.get_weights())
    steps = epochs * -(-len(glyphs) // HEAD_BATCH)
    falling: Any = keras.optimizers.schedules.PolynomialDecay(RATE, steps, end_learning_rate=0.0)
    head.compile(
        keras.optimizers.Adam(falling),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    head.fit(features, index[glyphs.labels], batch_size=HEAD_BATCH, epochs=epochs, verbose=0)
    last.set_weights(head.get_weights())


def _features(body: Any, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the input of the last layer for each image, (N, F)."""
    return body.predict(
        images[..., None].astype(np.float32) / np.float32(255), batch_size=HEAD_BATCH, verbose=0
    )
