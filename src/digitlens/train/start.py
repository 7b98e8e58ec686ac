"""Starting from a network that reads already, with the classes that are to be learnt."""

from pathlib import Path

import keras

from digitlens.model.card import Card, card_path
from digitlens.train.kerasfile import load_keras
from digitlens.train.mixture import REJECT_LABEL
from digitlens.train.recipes import Recipe
from digitlens.train.targets import outputs

__all__ = ["started"]


def started(path: Path, alphabet: tuple[str, ...], recipe: Recipe) -> keras.Model:
    """Load a network to start from; of its classes those of an alphabet, where it has more.

    Args:
        path: a ``.keras`` or ``.h5`` file, with or without a card beside it.
        alphabet: of what is to be learnt.
        recipe: builds the network to be trained.
    """
    network, card = load_keras(path), card_path(path.with_suffix(".onnx"))
    wanted = outputs(alphabet)
    if network.output_shape[1] == len(wanted) or not card.is_file():
        return network
    known = (*Card.load(card).labels, REJECT_LABEL)
    if not {*wanted} <= {*known} or recipe.net.__name__ != network.name:
        return network
    columns = [known.index(label) for label in wanted]
    *body, kernel, bias = network.get_weights()
    model = recipe.net(len(wanted), **recipe.net_settings)
    if [weight.shape for weight in model.get_weights()[:-2]] != [weight.shape for weight in body]:
        return network
    model.set_weights([*body, kernel[:, columns], bias[columns]])
    return model
