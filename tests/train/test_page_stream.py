import numpy as np
from drawn_scenes import draw

from digitlens.train.drawn.pool import Drawn
from digitlens.train.page.scenes import Scene
from digitlens.train.page.stream import SceneEpoch, batch_of, varied_scene
from digitlens.train.page.targets import PAGE_LABELS, Marks


def _scenes(epoch=0, seed=0, workers=0):
    with Drawn.by(draw, seed, 20, workers) as drawn:
        return drawn.take(epoch)


def _same(first, second):
    return all(np.array_equal(a.pixels, b.pixels) for a, b in zip(first, second, strict=True))


def test_scenes_depend_on_seed_and_epoch_alone():
    assert _same(_scenes(1), _scenes(1))
    assert not _same(_scenes(1), _scenes(2))
    assert not _same(_scenes(1), _scenes(1, seed=1))


def test_other_processes_draw_the_very_same():
    with Drawn.by(draw, 0, 20, 1) as drawn:
        drawn.begin(3)
        drawn.begin(4)
        held = drawn.held_back(5)
        assert _same(drawn.take(3), _scenes(3))
        assert _same(drawn.take(4), _scenes(4))
    with Drawn.by(draw, 7, 20, 0) as drawn:
        assert _same(held, drawn.held_back(5))


def test_an_epoch_shows_each_scene_as_often_as_there_are_views():
    scenes = _scenes()
    batches = SceneEpoch(scenes, 3, 12, seed=0, epoch=1)
    assert len(batches) == 5
    again, other = (SceneEpoch(scenes, 3, 12, seed=0, epoch=epoch) for epoch in (1, 2))
    for one, two in zip(batches[2], again[2], strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.array_equal(batches[2][0], other[2][0])
    pictures, targets = batches[0]
    assert pictures.shape == (12, 64, 96, 1)
    assert targets.shape == (12, 16, 24, 32)
    assert pictures.dtype == targets.dtype == np.float32


def test_the_first_view_shows_the_whole_scene():
    scene = _scenes()[0]
    for number in range(20):
        shown = varied_scene(scene, np.random.default_rng(number), whole=True)
        np.testing.assert_array_equal(shown.marks.boxes, scene.marks.boxes)


def test_what_is_enlarged_keeps_its_box_about_it():
    """The darkest pixels of an enlarged scene, or the lightest of an inverted one, are in the boxes of its marks."""
    moved = 0
    for number in range(60):
        scene = draw("train", [number])
        shown = varied_scene(scene, np.random.default_rng(number), whole=False)
        moved += not np.array_equal(shown.marks.boxes, scene.marks.boxes)
        away = np.abs(shown.pixels.astype(int) - int(np.median(shown.pixels)))
        ink = away > max(30, 0.7 * away.max())
        for x, y, w, h in shown.marks.boxes:
            ink[max(0, int(y) - 1) : int(y + h) + 2, max(0, int(x) - 1) : int(x + w) + 2] = False
        assert not ink.any()
    assert 15 <= moved <= 33


def test_of_a_mark_that_is_cut_less_is_visible():
    marks = Marks(
        np.array([PAGE_LABELS.index("1")], np.int16),
        np.array([(0, 20, 10, 20)], np.float32),
        np.ones(1, np.float32),
    )
    scene = Scene(np.full((64, 96), 200, np.uint8), marks)
    for number in range(40):
        cut = varied_scene(scene, np.random.default_rng(number), whole=False).marks
        for (x, y, w, h), visible in zip(cut.boxes, cut.visible, strict=True):
            assert min(x, y, w, h, 96 - x - w, 64 - y - h) >= 0
            assert 0 < visible <= 1
            if w * h < 200 * visible - 1e-3:
                raise AssertionError("more is said to be visible than is left")


def test_a_batch_is_normalised():
    pictures, _ = batch_of(_scenes()[:2])
    assert pictures.min() < -1
    assert -4 <= pictures.min() <= pictures.max() <= 4
