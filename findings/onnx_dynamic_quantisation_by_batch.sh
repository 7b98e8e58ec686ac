#!/usr/bin/env bash
# ONNX Runtime: what a dynamically quantised network says of a picture depends on what else is in the batch
#
# Seen with   onnxruntime 1.32.0 (quantization.quantize_dynamic), onnx 1.23.2
# Expected    Each row of a batch gives what it gives alone, as with floats and with static quantisation.
# Happens     A picture read beside a brighter one gives other numbers, by several percent of their range; the floats
#             agree to 1e-5.
# Why         DynamicQuantizeLinear takes one scale from the least and the largest value of its whole input, all rows of
#             the batch together; one row with large values leaves the others fewer of the 256 levels.
# Hits        A server that gathers requests answers one client otherwise when another asks at the same time; a test
#             that compares single readings with batches fails, or its tolerance hides it.
# Here        `digitlens export` and `models add` compare a picture read alone with the same among others; where eight
#             bits are scaled while the network runs they allow four of the 256 steps. Our own eight bits are static.
source "$(dirname "$0")/setup.sh"

python_with onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6 <<'PYTHON'
import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from seen import check

random = np.random.default_rng(0)
weights = {"w1": (784, 64), "w2": (64, 10)}
graph = helper.make_graph(
    [
        helper.make_node("MatMul", ["x", "w1"], ["a"]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("MatMul", ["b", "w2"], ["y"]),
    ],
    "network",
    [helper.make_tensor_value_info("x", 1, ["n", 784])],
    [helper.make_tensor_value_info("y", 1, ["n", 10])],
    [numpy_helper.from_array((random.normal(size=size) * 0.05).astype(np.float32), name) for name, size in weights.items()],
)
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), "floats.onnx")
quantize_dynamic("floats.onnx", "eight.onnx", weight_type=QuantType.QUInt8)
pale = random.random((1, 784)).astype(np.float32) * 0.1
both = np.concatenate([pale, random.random((1, 784)).astype(np.float32) * 5])
for name, least, most in (("floats.onnx", 0, 1e-5), ("eight.onnx", 0.02, 10)):
    session = onnxruntime.InferenceSession(name, providers=["CPUExecutionProvider"])
    alone, beside = (np.asarray(session.run(None, {"x": rows})[0])[0] for rows in (pale, both))
    away = float(np.abs(alone - beside).max() / np.ptp(alone))
    print(f"{name}: a picture alone and beside another differs by {away:.1e} of its numbers' range")
    check(f"{name}: by {least} to {most}", least <= away <= most, True)
PYTHON
