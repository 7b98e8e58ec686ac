"""The networks of the recipes: what they are made of, and that they can be exported and explained."""

import numpy as np
import pytest

from digitlens.train.export import export
from digitlens.train.nets import chain, classic
from digitlens.train.recipes import RECIPES

PARAMETERS = {
    "best": 336_234,
    "characters": 683_615,
    "classic": 586_282,
    "fast": 156_762,
    "robust": 182_923,
    "tiny": 13_830,
}


def built(name):
    recipe = RECIPES[name]
    labels = 62 if name == "characters" else 10
    return recipe.net(labels + (recipe.world is not None), **recipe.net_settings)


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_a_recipe_has_the_parameters_it_is_described_with(name):
    assert built(name).count_params() == PARAMETERS[name]


@pytest.mark.parametrize("name", sorted(set(RECIPES) - {"classic"}))
def test_a_chain_exports_with_what_explains_it(name, tmp_path):
    exported = export(built(name), tmp_path / "net.onnx", RECIPES[name].stored)
    assert exported.head == ("flatten" if RECIPES[name].net_settings.get("dense") else "average")
    assert exported.difference < (1e-4 if RECIPES[name].stored == "float32" else 2e-2)


def test_a_stride_halves_the_image_and_padding_keeps_it():
    net = chain(10, convolutions=((4, 5, 2), (6, 3, 1), (8, 3, 2)))
    assert net.get_layer("conv1").output.shape == (None, 14, 14, 4)
    assert net.get_layer("conv2").output.shape == (None, 14, 14, 6)
    assert net.get_layer("conv3").output.shape == (None, 7, 7, 8)
    assert net.output_shape == (None, 10)


def test_l2_weighs_every_kernel_but_the_last():
    net = chain(10, convolutions=((4, 5, 2),), dense=8, l2=0.5)
    kernels = [net.get_layer(name).kernel for name in ("conv1", "dense")]
    expected = sum(0.5 * float(np.square(np.asarray(kernel)).sum()) for kernel in kernels)
    assert float(sum(net.losses)) == pytest.approx(expected, rel=1e-4)
    assert not chain(10, convolutions=((4, 5, 2),)).losses
    assert len(classic(10, dropout=0.1, head_dropout=0.1, l2=0.1).losses) == 1
