"""Teachers: what their opinion makes of a target."""

import numpy as np
import pytest
from keras import Input, Model, layers

from digitlens.errors import TrainingError
from digitlens.model import Card, Network, card_path
from digitlens.model.calibrate import UNCALIBRATED, softmax
from digitlens.train.export import export
from digitlens.train.teach import Teachers

CARD = Card("", ("0", "1", "2"), "average", 0, {}, 0, "", "", {}, UNCALIBRATED)


def teacher(path, scale):
    """A network whose last layer is ``scale`` everywhere but for its bias: its opinion is known."""
    inputs = Input((28, 28, 1))
    x = layers.GlobalAveragePooling2D()(
        layers.Conv2D(2, 3, activation="relu", kernel_initializer="ones")(inputs)
    )
    model = Model(inputs, layers.Softmax()(layers.Dense(3, bias_initializer="ones")(x)))
    model.layers[-2].set_weights([np.full((2, 3), scale), np.array([0.0, 1.0, 2.0])])
    sha256 = export(model, path).sha256
    Card(**{**vars(CARD), "sha256": sha256}).save(card_path(path))
    return path


def test_a_target_is_part_label_and_part_mean_opinion(tmp_path):
    files = [teacher(tmp_path / f"{i}.onnx", i) for i in range(2)]
    taught = Teachers.load(files, 0.7, 3)
    assert taught is not None
    images = np.random.default_rng(0).integers(0, 256, (5, 28, 28), dtype=np.uint8)
    targets = np.eye(3, dtype=np.float32)[[0, 1, 2, 0, 1]]
    softened = taught.soft_targets(images, targets)
    opinion = softmax(np.array([[0.0, 1.0, 2.0]]))  # what does not depend on the image adds to all alike
    np.testing.assert_allclose(softened, 0.7 * opinion + 0.3 * targets, atol=1e-5)
    assert softened.dtype == np.float32
    assert taught.names == [Network.load(file).name for file in files]


def test_no_files_are_no_teachers():
    assert Teachers.load([], 0.7, 10) is None


def test_a_teacher_of_other_classes_is_told(tmp_path):
    with pytest.raises(TrainingError, match="tells 3 classes apart, and there are 11 to learn"):
        Teachers.load([teacher(tmp_path / "a.onnx", 1)], 0.7, 11)
