"""ONNX networks as others write them, all from the weights of one of ours: their names, layouts, opsets and habits."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

Arrays = dict[str, np.ndarray]


def model(
    nodes: list[Any], weights: Arrays, given: list[Any], classes: int = 10, opset: int = 13, **more: Any
) -> onnx.ModelProto:
    """A model of these nodes from ``given``, its name and shape, to ``output``."""
    name, *shape = given
    graph = helper.make_graph(
        nodes,
        more.get("graph", "main_graph"),
        [helper.make_tensor_value_info(name, more.get("element", TensorProto.FLOAT), shape)],
        [helper.make_tensor_value_info(more.get("output", "output"), TensorProto.FLOAT, [shape[0], classes])],
        [numpy_helper.from_array(array, key) for key, array in weights.items()],
    )
    opsets = [helper.make_opsetid("", opset), *more.get("opsets", [])]
    return helper.make_model(graph, opset_imports=opsets, ir_version=more.get("ir", 8))


def convolutional(seed: int = 0, side: int = 28, channels: int = 1) -> Arrays:
    """Random weights of two convolutions and two dense layers, named as PyTorch names them."""
    rng = np.random.default_rng(seed)
    cells = 8 * ((side - 4) // 4) ** 2

    def drawn(*shape: int) -> np.ndarray:
        return rng.normal(0, 1 / np.sqrt(np.prod(shape[1:])), shape).astype(np.float32)

    return {
        "conv1.weight": drawn(8, channels, 3, 3),
        "conv1.bias": drawn(8, 1)[:, 0],
        "conv2.weight": drawn(8, 8, 3, 3),
        "conv2.bias": drawn(8, 1)[:, 0],
        "fc1.weight": drawn(16, cells),
        "fc1.bias": drawn(16, 1)[:, 0],
        "fc2.weight": drawn(10, 16),
        "fc2.bias": drawn(10, 1)[:, 0],
    }


def torch_traced(
    weights: Arrays, opset: int = 13, batch: int | str = "batch_size", side: int = 28
) -> onnx.ModelProto:
    """As ``torch.onnx.export`` writes it by tracing: input.1, numbered values, Gemm with transB, LogSoftmax."""
    first = weights["conv1.weight"].shape[1]
    shape = numpy_helper.from_array(
        np.array([batch if isinstance(batch, int) else -1, weights["fc1.weight"].shape[1]])
    )
    nodes = [
        helper.make_node(
            "Conv", ["input.1", "conv1.weight", "conv1.bias"], ["9"], "Conv_0", kernel_shape=[3, 3]
        ),
        helper.make_node("Relu", ["9"], ["10"], "Relu_1"),
        helper.make_node("Conv", ["10", "conv2.weight", "conv2.bias"], ["11"], "Conv_2", kernel_shape=[3, 3]),
        helper.make_node("Relu", ["11"], ["12"], "Relu_3"),
        helper.make_node("MaxPool", ["12"], ["13"], "MaxPool_4", kernel_shape=[4, 4], strides=[4, 4]),
        helper.make_node("Constant", [], ["14"], "Constant_5", value=shape),
        helper.make_node("Reshape", ["13", "14"], ["15"], "Reshape_6"),
        helper.make_node("Gemm", ["15", "fc1.weight", "fc1.bias"], ["16"], "Gemm_7", transB=1),
        helper.make_node("Relu", ["16"], ["17"], "Relu_8"),
        helper.make_node("Dropout", ["17"], ["18"], "Dropout_9"),
        helper.make_node("Gemm", ["18", "fc2.weight", "fc2.bias"], ["19"], "Gemm_10", transB=1),
        helper.make_node("LogSoftmax", ["19"], ["20"], "LogSoftmax_11", axis=1),
    ]
    return model(nodes, weights, ["input.1", batch, first, side, side], opset=opset, output="20")


def torch_dynamo(weights: Arrays) -> onnx.ModelProto:
    """As ``torch.onnx.export(dynamo=True)`` writes it: opset 18, shapes from the value itself, no softmax."""
    nodes = [
        helper.make_node(
            "Conv", ["x", "conv1.weight", "conv1.bias"], ["conv2d"], "node_conv2d", pads=[0, 0, 0, 0]
        ),
        helper.make_node("Relu", ["conv2d"], ["relu"], "node_relu"),
        helper.make_node("Conv", ["relu", "conv2.weight", "conv2.bias"], ["conv2d_1"], "node_conv2d_1"),
        helper.make_node("Relu", ["conv2d_1"], ["relu_1"], "node_relu_1"),
        helper.make_node("MaxPool", ["relu_1"], ["pool"], "node_pool", kernel_shape=[4, 4], strides=[4, 4]),
        helper.make_node("Shape", ["x"], ["size"], "node_Shape", start=0, end=1),
        helper.make_node("Concat", ["size", "minus"], ["shape"], "node_Concat", axis=0),
        helper.make_node("Reshape", ["pool", "shape"], ["view"], "node_view", allowzero=1),
        helper.make_node("Gemm", ["view", "fc1.weight", "fc1.bias"], ["linear"], "node_linear", transB=1),
        helper.make_node("Relu", ["linear"], ["relu_2"], "node_relu_2"),
        helper.make_node(
            "Gemm", ["relu_2", "fc2.weight", "fc2.bias"], ["linear_1"], "node_linear_1", transB=1
        ),
    ]
    weights = {**weights, "minus": np.array([-1], np.int64)}
    return model(nodes, weights, ["x", "s0", 1, 28, 28], opset=18, ir=10, output="linear_1")


def tensorflow(weights: Arrays) -> onnx.ModelProto:
    """As tf2onnx, and so Keras, writes it: channels last, transposed once, MatMul and Add, a softmax."""
    nodes = [
        helper.make_node("Reshape", ["keras_tensor", "new_shape"], ["seq/conv1/t"]),
        helper.make_node(
            "Conv", ["seq/conv1/t", "conv1.weight", "conv1.bias"], ["seq/conv1/b"], kernel_shape=[3, 3]
        ),
        helper.make_node("Relu", ["seq/conv1/b"], ["seq/conv1/r"]),
        helper.make_node(
            "Conv", ["seq/conv1/r", "conv2.weight", "conv2.bias"], ["seq/conv2/b"], kernel_shape=[3, 3]
        ),
        helper.make_node("Relu", ["seq/conv2/b"], ["seq/conv2/r"]),
        helper.make_node("MaxPool", ["seq/conv2/r"], ["seq/pool"], kernel_shape=[4, 4], strides=[4, 4]),
        helper.make_node("Transpose", ["seq/pool"], ["seq/pool/t"], perm=[0, 2, 3, 1]),
        helper.make_node("Reshape", ["seq/pool/t", "flat_shape"], ["seq/flat"]),
        helper.make_node("MatMul", ["seq/flat", "fc1"], ["seq/d1"]),
        helper.make_node("Add", ["seq/d1", "fc1.bias"], ["seq/d1/b"]),
        helper.make_node("Relu", ["seq/d1/b"], ["seq/d1/r"]),
        helper.make_node("MatMul", ["seq/d1/r", "fc2"], ["seq/d2"]),
        helper.make_node("Add", ["seq/d2", "fc2.bias"], ["seq/d2/b"]),
        helper.make_node("Softmax", ["seq/d2/b"], ["dense_1"]),
    ]
    side = round((weights["fc1.weight"].shape[1] / 8) ** 0.5)
    rows = weights["fc1.weight"].reshape(16, 8, side, side).transpose(2, 3, 1, 0).reshape(-1, 16)
    kept = {key: value for key, value in weights.items() if key not in ("fc1.weight", "fc2.weight")}
    kept |= {
        "fc1": np.ascontiguousarray(rows),
        "fc2": np.ascontiguousarray(weights["fc2.weight"].T),
        "new_shape": np.array([-1, 1, 28, 28]),
        "flat_shape": np.array([-1, len(rows)]),
    }
    opsets = [helper.make_opsetid("ai.onnx.ml", 2)]
    return model(
        nodes, kept, ["keras_tensor", "unk__6", 28, 28, 1], opset=15, output="dense_1", opsets=opsets
    )


def zoo(seed: int = 0) -> onnx.ModelProto:
    """The ONNX zoo's MNIST network, by CNTK, layer by layer: opset 8, batch 1, weights among the inputs."""
    rng = np.random.default_rng(seed)
    weights = {
        "Parameter5": rng.normal(0, 0.2, (8, 1, 5, 5)).astype(np.float32),
        "Parameter6": rng.normal(0, 0.1, (8, 1, 1)).astype(np.float32),
        "Parameter87": rng.normal(0, 0.07, (16, 8, 5, 5)).astype(np.float32),
        "Parameter88": rng.normal(0, 0.1, (16, 1, 1)).astype(np.float32),
        "Parameter193": rng.normal(0, 0.06, (16, 4, 4, 10)).astype(np.float32),
        "Parameter193_reshape1_shape": np.array([256, 10]),
        "Pooling160_Output_0_reshape0_shape": np.array([1, 256]),
        "Parameter194": rng.normal(0, 0.1, (1, 10)).astype(np.float32),
    }
    same = {
        "auto_pad": "SAME_UPPER",
        "dilations": [1, 1],
        "group": 1,
        "kernel_shape": [5, 5],
        "strides": [1, 1],
    }
    nodes = [
        helper.make_node(
            "Reshape", ["Parameter193", "Parameter193_reshape1_shape"], ["Parameter193_reshape1"]
        ),
        helper.make_node("Conv", ["Input3", "Parameter5"], ["Convolution28_Output_0"], **same),
        helper.make_node("Add", ["Convolution28_Output_0", "Parameter6"], ["Plus30_Output_0"]),
        helper.make_node("Relu", ["Plus30_Output_0"], ["ReLU32_Output_0"]),
        helper.make_node("MaxPool", ["ReLU32_Output_0"], ["Pooling66"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Conv", ["Pooling66", "Parameter87"], ["Convolution110_Output_0"], **same),
        helper.make_node("Add", ["Convolution110_Output_0", "Parameter88"], ["Plus112_Output_0"]),
        helper.make_node("Relu", ["Plus112_Output_0"], ["ReLU114_Output_0"]),
        helper.make_node(
            "MaxPool", ["ReLU114_Output_0"], ["Pooling160"], kernel_shape=[3, 3], strides=[3, 3]
        ),
        helper.make_node(
            "Reshape", ["Pooling160", "Pooling160_Output_0_reshape0_shape"], ["Pooling160_reshape0"]
        ),
        helper.make_node("MatMul", ["Pooling160_reshape0", "Parameter193_reshape1"], ["Times212_Output_0"]),
        helper.make_node("Add", ["Times212_Output_0", "Parameter194"], ["Plus214_Output_0"]),
    ]
    made = model(
        nodes, weights, ["Input3", 1, 1, 28, 28], opset=8, ir=3, output="Plus214_Output_0", graph="CNTKGraph"
    )
    for key, array in weights.items():
        kind = TensorProto.INT64 if array.dtype.kind == "i" else TensorProto.FLOAT
        made.graph.input.append(helper.make_tensor_value_info(key, kind, array.shape))
    return made


def save(made: onnx.ModelProto, path: Path) -> Path:
    path.write_bytes(made.SerializeToString())
    return path
