"""The contents of an ONNX file, told from its bytes before ONNX Runtime sees them: see ``check_graph``.

An ONNX file is a message of protocol buffers: fields, each with a number and a kind. The numbers are those of
``onnx.proto3`` (ONNX 1.18); the encoding is https://protobuf.dev/programming-guides/encoding. Nothing is copied, and
nothing is computed.
"""

from collections.abc import Iterator

from digitlens.errors import InvalidModel

__all__ = ["MOST_NODES", "QUANTIZED", "SAFE_OPERATORS", "check_graph"]

_OPERATORS = """
    Abs Add And ArgMax AveragePool BatchNormalization Cast CastLike Ceil Celu Clip Concat Constant Conv
    ConvInteger DepthToSpace DequantizeLinear Div Dropout DynamicQuantizeLinear Elu Equal Erf Exp Flatten
    Floor Gather Gelu Gemm GlobalAveragePool GlobalMaxPool Greater HardSigmoid HardSwish Identity
    InstanceNormalization LRN LayerNormalization LeakyRelu Less Log LogSoftmax MatMul MatMulInteger Max
    MaxPool Mean Min Mish Mul Neg Not Or PRelu Pad Pow QLinearConv QLinearMatMul QuantizeLinear Reciprocal
    ReduceL2 ReduceMax ReduceMean ReduceMin ReduceSum Relu Reshape Round Selu Shape Sigmoid Sign Slice
    Softmax Softplus Softsign Split Sqrt Squeeze Sub Sum Tanh ThresholdedRelu Transpose Unsqueeze Where
"""

SAFE_OPERATORS = frozenset(_OPERATORS.split())
"""Operators that a network may have: those that calculate. None repeats or branches, reads files, or makes large
tensors of small ones on purpose."""

_QUANTIZED = """
    DynamicQuantizeMatMul MatMulIntegerToFloat QGemm QLinearAdd QLinearAveragePool QLinearConcat
    QLinearGlobalAveragePool QLinearLeakyRelu QLinearMul QLinearSigmoid QLinearSoftmax
"""

QUANTIZED = frozenset(_QUANTIZED.split())
"""ONNX Runtime's own operators, of the domain ``com.microsoft``: those with which its quantisation replaces some of
the above. They calculate as those do, in integers."""

DOMAINS = {b"": SAFE_OPERATORS, b"ai.onnx": SAFE_OPERATORS, b"com.microsoft": QUANTIZED}
MOST_NODES = 10_000

# Numbers of fields, by the message that has them.
GRAPH, FUNCTIONS, TRAINING = 7, 25, 20  # ModelProto
NODE, INITIALIZER, SPARSE = 1, 5, 15  # GraphProto
OPERATOR, ATTRIBUTE, DOMAIN = 4, 5, 7  # NodeProto
TENSORS, GRAPHS, SPARSES = (5, 10), (6, 11), (22, 23)  # AttributeProto
VALUES, INDICES = 1, 2  # SparseTensorProto
EXTERNAL, LOCATION = 13, 14  # TensorProto

VARINT, EIGHT, BYTES, FOUR = 0, 1, 2, 5


def check_graph(content: bytes, name: str) -> None:
    """See that a file holds one graph of known operators with all its weights in it.

    Args:
        content: of the file.
        name: what to call it in errors.

    Raises:
        InvalidModel: it is no ONNX; or it has an operator that is not among `DOMAINS`, operators of its own, graphs
            within its graph, weights in other files, or more than `MOST_NODES` nodes.
    """
    try:
        graphs = 0
        for number, value in _fields(memoryview(content)):
            if number in (FUNCTIONS, TRAINING):
                raise _refused(name, "defines operators of its own")
            if number == GRAPH:
                graphs += 1
                _check_nodes(_message(value), name)
    except ValueError as error:
        raise InvalidModel(f"{name} cannot be run by ONNX Runtime: it is no ONNX file ({error}).") from None
    if graphs != 1:
        raise InvalidModel(f"{name} cannot be run by ONNX Runtime: it is no ONNX file ({graphs} graphs).")


def _check_nodes(graph: memoryview, name: str) -> None:
    nodes = 0
    for number, value in _fields(graph):
        if number == NODE:
            nodes += 1
            _check_node(_message(value), name)
        elif number == INITIALIZER:
            _check_tensor(_message(value), name)
        elif number == SPARSE:
            _check_sparse(_message(value), name)
        if nodes > MOST_NODES:
            raise _refused(name, f"has more than {MOST_NODES:,} nodes")


def _check_node(node: memoryview, name: str) -> None:
    operator, domain = b"", b""
    for number, value in _fields(node):
        if number == OPERATOR:
            operator = bytes(_message(value))
        elif number == DOMAIN:
            domain = bytes(_message(value))
        elif number == ATTRIBUTE:
            _check_attribute(_message(value), name)
    if operator.decode("utf-8", "replace") not in DOMAINS.get(domain, ()):
        raise _refused(
            name, f"has the operator {domain[:40] + b'.' + operator[:40]!r}, which is not known to be safe"
        )


def _check_attribute(attribute: memoryview, name: str) -> None:
    for number, value in _fields(attribute):
        if number in GRAPHS:
            raise _refused(name, "has a graph within its graph")
        if number in TENSORS:
            _check_tensor(_message(value), name)
        elif number in SPARSES:
            _check_sparse(_message(value), name)


def _check_sparse(tensor: memoryview, name: str) -> None:
    for number, value in _fields(tensor):
        if number in (VALUES, INDICES):
            _check_tensor(_message(value), name)


def _check_tensor(tensor: memoryview, name: str) -> None:
    for number, value in _fields(tensor):
        if number == EXTERNAL or (number == LOCATION and value != 0):
            raise _refused(name, "keeps weights in another file")


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """The number and the value of each field; bytes as a view of them.

    Raises:
        ValueError: it is not encoded as protocol buffers are.
    """
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        if key >> 32:  # some readers would take the lower bits for another field
            raise ValueError(f"a field before byte {at} has no such number")
        kind = key & 7
        if kind == VARINT:
            value, at = _varint(message, at)
            yield key >> 3, value
            continue
        size = {EIGHT: 8, FOUR: 4}.get(kind)
        if kind == BYTES:
            size, at = _varint(message, at)
        if size is None or at + size > len(message):
            raise ValueError(f"a field of kind {kind} at byte {at} is damaged or cut short")
        yield key >> 3, message[at : at + size]
        at += size


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """A number of up to ten bytes, seven bits each from the lowest on; and where it ends."""
    value = 0
    for place, byte in enumerate(message[at : at + 10]):
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, at + place + 1
    raise ValueError(f"a number at byte {at} has no end")


def _message(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        raise ValueError("a number where a message was expected")  # noqa: TRY004  # of the file, not of ours
    return value


def _refused(name: str, reason: str) -> InvalidModel:
    return InvalidModel(f"{name} {reason}: it is not run. `digitlens export` writes files that are.")
