from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings import EncoderUnavailableError, load_encoder


def test_any_sentence_transformers_folder_serves_as_encoder(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import BoW

    words = SentenceTransformer(modules=[BoW(vocab=["open", "shop", "tax"])], device="cpu")
    words.save(str(tmp_path / "bag"))

    loaded = load_encoder(str(tmp_path / "bag"))

    assert loaded.id == str(tmp_path / "bag")
    assert loaded.dimensions == 3
    np.testing.assert_allclose(loaded.encode_query("open shop"), [0.7071, 0.7071, 0], atol=1e-3)
    np.testing.assert_allclose(loaded.encode_layers("open shop").last, [0.7071, 0.7071, 0], atol=1e-3)
    assert loaded.encode_layers("open shop").middle is None


def test_load_encoder_of_an_unknown_model_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailableError, match=r"cannot be loaded.*BANSHITONG_ENCODER"):
        load_encoder(str(tmp_path / "no-such-model"))
