from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from tiny_network import WEIGHTS, card_of, graph, save_network

from digitlens.errors import DeviceNotFound, InvalidModel
from digitlens.model import session
from digitlens.model.card import card_path
from digitlens.model.session import Network, check_device


@pytest.fixture
def network(tmp_path):
    return Network.load(save_network(tmp_path / "tiny.onnx"))


def frames(count, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, 28, 28), dtype=np.uint8)


def test_logits_are_what_the_graph_computes(network):
    images = frames(5)
    logits = network.logits(images)
    assert logits.dtype == np.float32
    assert logits == pytest.approx(images.reshape(5, -1) @ WEIGHTS, rel=1e-4, abs=1e-3)


def test_batches_change_nothing(network):
    images = frames(11)
    assert network.logits_of(images, batch_size=4) == pytest.approx(network.logits(images), abs=1e-3)


def test_outputs_are_those_asked_for_in_their_order(network):
    images = frames(2)
    (alone,) = network.outputs(images, "flat")
    flat, logits = network.outputs(images, "flat", "logits")
    assert alone.tolist() == flat.tolist() == images.reshape(2, -1).tolist()
    assert logits.tolist() == network.logits(images).tolist()


def test_the_name_carries_the_version(network):
    assert network.name == f"tiny@{network.card.sha256[:8]}"


def test_threads_that_share_a_network_get_the_same_answers(network):
    batches = [frames(20, seed) for seed in range(16)]
    alone = [network.logits(batch) for batch in batches]
    shared = Network(network.path, network.card)  # its session is not built yet: the threads race for it
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(shared.logits, batches * 4))
    assert all(np.array_equal(a, b) for a, b in zip(alone * 4, together, strict=True))


def test_weights_that_are_not_those_of_the_card_are_refused(network):
    content = bytearray(graph())
    content[-40] ^= 1
    network.path.write_bytes(content)
    with pytest.raises(InvalidModel, match=rf"SHA-256 {network.card.sha256}, the file has [0-9a-f]{{64}}\."):
        network.logits(frames(1))


def test_the_weights_are_read_only_when_needed(tmp_path):
    path = save_network(tmp_path / "tiny.onnx")
    path.unlink()
    network = Network.load(path)
    assert network.card == card_of(graph())
    with pytest.raises(InvalidModel, match=r"tiny\.onnx cannot be read: No such file"):
        network.logits(frames(1))


def test_a_network_without_a_card_is_refused(tmp_path):
    path = save_network(tmp_path / "tiny.onnx")
    card_path(path).unlink()
    with pytest.raises(InvalidModel, match=r"tiny\.card\.json is missing"):
        Network.load(path)


def test_what_is_no_onnx_is_refused_with_a_sentence(tmp_path):
    path = save_network(tmp_path / "tiny.onnx", b"not a graph at all")
    with pytest.raises(InvalidModel, match=r"tiny\.onnx cannot be run by ONNX Runtime"):
        Network.load(path).logits(frames(1))


def test_a_file_too_large_is_refused_before_it_is_read(network, monkeypatch):
    monkeypatch.setattr(session, "MAX_MODEL_BYTES", 1_000)
    monkeypatch.setattr(type(network.path), "read_bytes", lambda _: pytest.fail("it was read"))
    with pytest.raises(InvalidModel, match=r"at most 1,000 are loaded"):
        network.logits(frames(1))


def test_a_device_that_is_not_there_is_an_error_and_no_silent_run_on_the_processor(network, monkeypatch):
    check_device("cpu")
    monkeypatch.setattr(session, "providers", lambda: ["CPUExecutionProvider"])
    with pytest.raises(DeviceNotFound, match=r"no CUDAExecutionProvider, only CPU.*onnxruntime-gpu"):
        Network.load(network.path, device="cuda")
    with pytest.raises(DeviceNotFound, match="no device 'tpu': name one of cpu, cuda"):
        check_device("tpu")


def test_a_device_that_cannot_be_started_is_an_error(network, monkeypatch):
    """With its libraries missing, ONNX Runtime warns and goes on with the processor."""
    monkeypatch.setattr(session, "providers", lambda: ["CUDAExecutionProvider", "CPUExecutionProvider"])
    started = session.ort.InferenceSession
    monkeypatch.setattr(
        session.ort,
        "InferenceSession",
        lambda content, options, providers: started(content, options, providers=["CPUExecutionProvider"]),
    )
    on_gpu = Network.load(network.path, device="cuda")
    with pytest.raises(DeviceNotFound, match="cannot start it"):
        on_gpu.logits(frames(1))
