"""The packaged model, any other sentence-transformers model, and a model that is not there."""

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.embedding import Embedder, fingerprint, load_embedder
from rag.errors import ModelError


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of one random layer, saved to a folder, with prompts of its own."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "query", "passage", ":", "krieg", "frieden", "und", "."]
    vocabulary = {word: number for number, word in enumerate(words)}
    BertTokenizerFast(vocab=vocabulary).save_pretrained(folder / "bert")
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    BertModel(config).save_pretrained(folder / "bert")
    transformer = Transformer(str(folder / "bert"), max_seq_length=12)
    model = SentenceTransformer(
        modules=[transformer, Pooling(16)], prompts={"query": "query: ", "document": "passage: "}
    )
    model.save(str(folder / "model"))
    return folder / "model"


def test_the_packaged_model_puts_like_texts_together(real_embedder: Embedder) -> None:
    vectors = real_embedder.embed_passages(["A dog sleeps on the couch.", "The central bank raised its rates."])
    question = real_embedder.embed_question("Where does the dog sleep?")
    assert vectors.shape == (2, real_embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert vectors[0] @ question > vectors[1] @ question + 0.3


def test_the_packaged_model_counts_its_own_word_pieces(real_embedder: Embedder) -> None:
    assert real_embedder.max_tokens == 254
    assert real_embedder.count_tokens("Sicherungstruppenbereitstellungskonferenz") > 3
    assert real_embedder.count_tokens("wort " * 600) == 600 * real_embedder.count_tokens("wort")


def test_another_model_is_loaded_from_its_folder_with_its_own_prompts(tiny_model: Path) -> None:
    from sentence_transformers import SentenceTransformer

    embedder = load_embedder(str(tiny_model))
    assert embedder.dimension == 16
    assert embedder.max_tokens == 12 - 2 - 2
    text = "krieg und frieden ."
    model = SentenceTransformer(str(tiny_model))
    asked = model.encode("query: " + text, normalize_embeddings=True)
    told = model.encode("passage: " + text, normalize_embeddings=True)
    assert embedder.embed_question(text) == pytest.approx(asked, abs=1e-5)
    assert embedder.embed_passages([text])[0] == pytest.approx(told, abs=1e-5)
    assert not np.allclose(asked, told, atol=1e-3)


def test_a_model_that_is_not_here_is_refused_in_seconds_with_the_remedy() -> None:
    started = time.perf_counter()
    with pytest.raises(ModelError, match=r"hf download intfloat/multilingual-e5-small"):
        load_embedder("intfloat/multilingual-e5-small")
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize("name", ["no such/model at all", "../../etc", "a b"])
def test_a_name_that_no_model_can_have_is_refused_alike(name: str) -> None:
    with pytest.raises(ModelError, match="RAG_MODEL"):
        load_embedder(name)


def test_a_folder_that_holds_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text(json.dumps([{"broken": True}]), encoding="utf-8")
    with pytest.raises(ModelError, match=str(tmp_path)):
        load_embedder(str(tmp_path))


def test_the_fingerprint_follows_the_weights_and_not_the_documentation(tmp_path: Path) -> None:
    def write(**files: Any) -> str:
        for name, content in files.items():
            (tmp_path / name.replace("_", ".")).write_text(content, encoding="utf-8")
        return fingerprint(tmp_path)

    first = write(model_bin="abc", README_md="one")
    assert write(README_md="two") == first
    assert write(model_bin="abd") != first
