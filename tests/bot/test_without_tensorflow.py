from __future__ import annotations

import sys

import pytest

from bot import without_tensorflow
from bot.without_tensorflow import StandInFinder, StandInModule


def test_stand_in_can_be_a_base_class() -> None:
    import tensorflow as tf  # type: ignore[import-untyped]

    class Layer(tf.keras.layers.Layer):
        pass

    assert isinstance(Layer(units=3), Layer)


def test_stand_in_can_be_a_decorator() -> None:
    import tensorflow as tf

    @tf.function
    def double(x: int) -> int:
        return 2 * x

    assert callable(double)


def test_stand_in_serves_submodules() -> None:
    from tensorflow.keras.utils import Sequence  # type: ignore[import-untyped]

    assert Sequence.__name__ == "Sequence"


def test_finder_leaves_other_modules_alone() -> None:
    assert StandInFinder().find_spec("tensorflow_free", None) is None
    assert StandInFinder().find_spec("json", None) is None


def test_install_twice_keeps_one_finder() -> None:
    without_tensorflow.install()

    assert sum(isinstance(finder, StandInFinder) for finder in sys.meta_path) == 1


def test_install_refuses_when_tensorflow_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow", type(sys)("tensorflow"))

    with pytest.raises(RuntimeError, match="before any import of rasa"):
        without_tensorflow.install()


def test_dunder_of_a_stand_in_module_is_missing() -> None:
    with pytest.raises(AttributeError, match="__wrapped__"):
        _ = StandInModule("tensorflow").__wrapped__
