"""What a network wants is found by trying: one trained network, disguised in every way."""

from itertools import product
from pathlib import Path

import made_onnx
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from digitlens.data import DIGITS, Dataset
from digitlens.data.synth import draw_writers
from digitlens.errors import InvalidModel
from digitlens.imaging import frame_all
from digitlens.model import find
from digitlens.train.foreign import Foreign, read_foreign, session_of
from digitlens.train.orders import glyphs_for
from digitlens.train.preprocess import SCALES, NetworkInput, Polarity, Preprocessing
from digitlens.train.probe import FoundPreprocessing, StatedPreprocessing, find_wanted

GLYPHS = 160


@pytest.fixture(scope="module")
def glyphs() -> Dataset:
    images, labels = draw_writers(GLYPHS, 5)
    return Dataset("some digits", frame_all(images), labels, DIGITS, framed=True)


def disguised(
    path: Path,
    scale: str = "0..1",
    polarity: Polarity = "white on black",
    transposed: bool = False,
    columns: tuple[int, ...] = (*range(10),),
    layout: str = "NHWC",
    ending: str = "",
) -> Foreign:
    """The network ``fast``, made to take any scale, polarity, orientation and layout, its classes in any order."""
    proto = onnx.load(find("fast"))
    factor, offset = SCALES[scale]
    turned = [1, 2, 0] if layout == "NCHW" else [0, 1, 2]
    if transposed:
        turned[:2] = turned[1::-1]
    before = [
        helper.make_node("Transpose", ["x"], ["x0"], perm=[0, *(1 + axis for axis in turned)]),
        helper.make_node("Sub", ["x0", "offset"], ["x1"]),
        helper.make_node("Div", ["x1", "factor"], ["x2"]),
        helper.make_node("Sub", ["x2", "paper"], ["x3"]),
        helper.make_node("Mul" if polarity == "black on white" else "Div", ["x3", "sign"], ["image"]),
    ]
    after = [helper.make_node("Gather", ["logits", "columns"], ["y"], axis=1)]
    if ending:
        after.append(helper.make_node(ending, ["y"], ["z"], axis=1))
    paper = 255.0 if polarity == "black on white" else 0.0
    sign = -1.0 if polarity == "black on white" else 1.0
    constants = {"offset": offset, "factor": factor, "paper": paper, "sign": sign}
    kept = [numpy_helper.from_array(np.array(value, np.float32), name) for name, value in constants.items()]
    kept.append(numpy_helper.from_array(np.array(columns), "columns"))
    shape = [1, 28, 28] if layout == "NCHW" else [28, 28, 1]
    graph = helper.make_graph(
        [*before, *proto.graph.node, *after],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", *shape])],
        [helper.make_tensor_value_info("z" if ending else "y", TensorProto.FLOAT, ["N", len(columns)])],
        [*kept, *proto.graph.initializer],
    )
    made = helper.make_model(graph, opset_imports=proto.opset_import, ir_version=9)
    return read_foreign(made_onnx.save(made, path / "net.onnx"))


def found(
    network: Foreign,
    glyphs: Dataset,
    wanted: StatedPreprocessing = StatedPreprocessing(),  # noqa: B008
) -> FoundPreprocessing:
    session = session_of(network.core(), "net")

    def run(given: np.ndarray) -> np.ndarray:
        return np.asarray(session.run(["logits"], {"pixels": given})[0])

    return find_wanted(run, network.taken, network.classes, glyphs, wanted, likely=network.likely)


WAYS = [
    (Preprocessing(*words), layout, ending)
    for i, words in enumerate(product(SCALES, ("white on black", "black on white"), (False, True)))
    for layout, ending in ((("NHWC", "Softmax"), ("NCHW", "LogSoftmax"))[i % 2], ("NCHW", ""))[: 1 + i % 2]
]
"""30 networks: five scales, two polarities, two orientations; layouts and endings in turn."""


def test_scale_polarity_and_orientation_are_found_of_29_networks_in_30(glyphs, tmp_path):
    assert len(WAYS) == 30
    wrong = []
    for way, layout, ending in WAYS:
        network = disguised(tmp_path, way.scale, way.polarity, way.transposed, layout=layout, ending=ending)
        assert network.taken.layout == layout
        told = found(network, glyphs)
        if told.preprocessing != way or told.labels != DIGITS or (told.accuracy or 0) < 0.9:
            wrong.append((way, told))
    assert len(wrong) <= 1, wrong


def test_another_order_of_classes_is_found(glyphs, tmp_path):
    columns = (*range(1, 10), 0)  # 1 to 9 and then 0, as SVHN has them
    told = found(disguised(tmp_path, "-1..1", columns=columns), glyphs)
    assert (told.labels, told.columns, told.other) == (tuple("1234567890"), tuple(range(10)), False)


def test_what_a_person_says_overrules(glyphs, tmp_path):
    network = disguised(tmp_path, "0..255")
    told = found(network, glyphs, StatedPreprocessing(labels=tuple("0123456789"), scale="0..255"))
    assert told.accuracy is not None
    assert told.accuracy > 0.9
    with pytest.raises(
        InvalidModel, match=r"does not read some digits: at best .* of 160, with white on black, MNIST's"
    ):
        found(
            disguised(tmp_path, "-1..1", "black on white"),
            glyphs,
            StatedPreprocessing("mnist", "white on black"),
        )


def test_a_network_of_random_weights_reads_no_digits(glyphs, tmp_path):
    network = read_foreign(
        made_onnx.save(made_onnx.torch_traced(made_onnx.convolutional()), tmp_path / "net.onnx")
    )
    with pytest.raises(InvalidModel, match="does not read some digits: at best"):
        found(network, glyphs)


def logits_of(order: str):
    """A network that knows the brightness of each row, and so reads bars; classes that are no digits are low."""

    def run(given: np.ndarray) -> np.ndarray:
        rows = given[..., 0].mean(axis=2)[:, 4:14]
        scores = np.full((len(given), len(order)), -20.0, np.float32)
        for i, label in enumerate(order):
            if label in DIGITS:
                scores[:, i] = 40 * rows[:, int(label)]
        return scores

    return run


@pytest.fixture(scope="module")
def bars() -> Dataset:
    images, labels = np.zeros((200, 28, 28), np.uint8), np.arange(200) % 10
    for i, label in enumerate(labels):
        images[i, 4 + label, 3 : 20 + i % 5] = 255
    return Dataset("bars", images, labels, DIGITS, framed=True)


@pytest.mark.parametrize("classes", [47, 62])
def test_letters_are_never_called_digits(bars, classes):
    labels = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" + (
        "abdefghnqrt" if classes == 47 else "abcdefghijklmnopqrstuvwxyz"
    )
    told = find_wanted(logits_of(labels), NetworkInput(), classes, bars, StatedPreprocessing(), likely=True)
    assert "".join(told.labels) == labels
    assert told.accuracy == 1


def test_a_class_for_all_else_comes_last(bars):
    told = find_wanted(logits_of("0123456789 "), NetworkInput(), 11, bars, StatedPreprocessing(), likely=True)
    assert (told.labels, told.other, told.columns) == (DIGITS, True, tuple(range(11)))
    told = find_wanted(logits_of(" 0123456789"), NetworkInput(), 11, bars, StatedPreprocessing(), likely=True)
    assert (told.labels, told.other, told.columns) == (DIGITS, True, (*range(1, 11), 0))


@pytest.mark.parametrize(
    ("classes", "labels", "complaint"),
    [
        (13, None, "has 13 classes"),
        (10, "01234", "names 5 labels; the network has 10"),
        (10, "0012345678", "names 9 labels"),
    ],
)
def test_classes_that_are_not_known_are_asked_for(bars, classes, labels, complaint):
    wanted = StatedPreprocessing(labels=None if labels is None else tuple(labels))
    with pytest.raises(InvalidModel, match=complaint):
        find_wanted(logits_of("0123456789"), NetworkInput(), classes, bars, wanted, likely=True)


def test_letters_without_glyphs_need_to_be_told():
    assert glyphs_for(26) is None
    with pytest.raises(InvalidModel, match="no dataset of letters is at hand"):
        find_wanted(logits_of(""), NetworkInput(), 26, None, StatedPreprocessing(), likely=True)
    told = find_wanted(
        logits_of(""), NetworkInput(), 26, None, StatedPreprocessing("0..1", "white on black"), likely=True
    )
    assert (told.accuracy, len(told.labels)) == (None, 26)
