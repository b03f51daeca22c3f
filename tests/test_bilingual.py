"""The shipped model: two readings of one set of weights agree, and both languages meet in one space."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import BertConfig

from rag.bilingual import FOLDER, MAX_TOKENS, NAME, TOKEN_TYPE, BilingualEmbedder, BilingualTokenizer
from rag.bilingual.lexicon import load_lexicon, namesakes
from rag.embedding import load_embedder
from rag.graphs import Graph, graph, pointing_into
from rag.tensors import WEIGHTS

TEXTS = [
    "Wie viele Länder wollen sich an der Sicherungstruppe beteiligen?",
    "How many countries are willing to join the force?",
    "Die Außenamtssprecherin Maria Sacharowa sagte, man habe nicht vor, darüber zu diskutieren.",
    "1994",
    "👍 – ½ ﬁ 東京",
    "",
    "Koalition der Willigen: " + "Die Unterstützer berieten über Garantien. " * 60,
]


@pytest.fixture(scope="module")
def embedder() -> BilingualEmbedder:
    loaded = load_embedder("")
    assert isinstance(loaded, BilingualEmbedder)
    return loaded


@pytest.fixture(scope="module")
def tokenizer() -> BilingualTokenizer:
    return BilingualTokenizer(FOLDER)


def test_it_is_the_default_and_is_found_by_its_name(embedder: BilingualEmbedder) -> None:
    assert embedder.name == NAME
    assert load_embedder(NAME).fingerprint == embedder.fingerprint


def test_it_needs_no_torch() -> None:
    code = (
        "import sys; from rag.embedding import load_embedder; load_embedder('').embed_question('Wer?');"
        "print(sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_sentence_transformers_reads_the_same_vectors_from_the_same_folder(embedder: BilingualEmbedder) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(FOLDER), trust_remote_code=True, device="cpu")
    assert model.get_embedding_dimension() == embedder.dimension
    theirs = model.encode(TEXTS)
    ours = embedder.embed_passages(TEXTS)
    assert (theirs * ours).sum(1) == pytest.approx(np.ones(len(TEXTS)), abs=2e-2)
    assert model.encode("Wer?") @ embedder.embed_question("Wer?") > 0.98


def test_but_for_whole_numbers_they_would_be_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sentence_transformers import SentenceTransformer

    config = BertConfig.from_pretrained(FOLDER)
    assert graph(config, pointing_into(FOLDER / WEIGHTS)) == onnx.load(FOLDER / "model.onnx", load_external_data=False)
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr("rag.graphs.Graph.linear_int8", Graph.linear)
    onnx.save(graph(config, pointing_into(FOLDER / WEIGHTS)), tmp_path / "model.onnx")
    ours = BilingualEmbedder(tmp_path, "exact").embed_passages(TEXTS)
    theirs = SentenceTransformer(str(FOLDER), trust_remote_code=True, device="cpu").encode(TEXTS)
    assert (theirs * ours).sum(1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-4)


def test_a_copy_of_the_folder_is_the_same_model(tmp_path: Path, embedder: BilingualEmbedder) -> None:
    shutil.copytree(FOLDER, tmp_path / "copy")
    copy = load_embedder(str(tmp_path / "copy"))
    assert isinstance(copy, BilingualEmbedder) and copy.fingerprint == embedder.fingerprint


def test_a_vector_is_the_same_whatever_is_embedded_with_it(embedder: BilingualEmbedder) -> None:
    together = embedder.embed_passages(TEXTS)
    alone = np.concatenate([embedder.embed_passages([text]) for text in TEXTS])
    assert np.array_equal(together, alone)
    asked = np.stack([embedder.embed_question(text) for text in TEXTS])
    assert (together * asked).sum(1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-4)
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-4)


def test_a_sentence_and_its_translation_are_near(embedder: BilingualEmbedder) -> None:
    pairs = [
        ("Der Hund schläft auf dem Sofa.", "The dog is asleep on the sofa."),
        ("Die Zentralbank erhöht die Zinsen.", "The central bank raises interest rates."),
        ("Das Konzert war ausverkauft.", "The concert was sold out."),
        ("Die Regierung plant neue Steuern.", "The government is planning new taxes."),
    ]
    german = embedder.embed_passages([de for de, _ in pairs])
    english = embedder.embed_passages([en for _, en in pairs])
    assert ((german @ english.T).argmax(1) == np.arange(len(pairs))).all()


def test_german_has_whole_words_where_english_pieces_would_crumble(tokenizer: BilingualTokenizer) -> None:
    assert tokenizer.count("Die Regierung spricht über den Krieg.") == 7
    assert tokenizer.count("The government speaks about the war.") == 7


@given(text=st.text(max_size=1500))
def test_any_text_has_word_pieces_within_the_models_input(tokenizer: BilingualTokenizer, text: str) -> None:
    ids, token_type = tokenizer.encode([text])[0]
    assert 2 <= len(ids) <= MAX_TOKENS
    assert token_type in TOKEN_TYPE.values()
    assert len(ids) == min(tokenizer.count(text) + 2, MAX_TOKENS)


def test_the_folder_is_small_enough_for_a_repository() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 40_000_000


@pytest.mark.parametrize(
    ("word", "form"),
    [("discussing", "discuss"), ("founders", "founder"), ("fences", "fence"), ("teams", "team")],
)
def test_a_form_that_the_lexicon_lacks_is_translated_as_another_of_the_word(word: str, form: str) -> None:
    lexicon = load_lexicon()
    assert lexicon.translations(word, "de", inflected=False) == []
    assert lexicon.translations(word, "de") == lexicon.translations(form, "de") != []
    assert lexicon.knows(form, "en") and not lexicon.knows(word, "en")


def test_synonyms_are_what_translates_to_and_fro() -> None:
    lexicon = load_lexicon()
    assert lexicon.synonyms("lemberg", "de") >= {"lviv", "lwiw"}
    assert "peking" in lexicon.synonyms("beijing", "de"), "no German word: read as an English one"
    assert lexicon.synonyms("gift", "de").isdisjoint({"geschenk", "present"}), "a German word"
    assert lexicon.synonyms("merz", "de") == set()


def test_each_name_of_a_place_tells_all_of_them() -> None:
    assert set(namesakes("kiews")) == set(namesakes("kyiv")) >= {"kyjiw", "kiew", "kiev", "kyiv"}
    assert namesakes("paris") == []


def test_a_word_of_its_own_keeps_its_translations_and_strange_ones_have_none() -> None:
    lexicon = load_lexicon()
    assert lexicon.translations("soldiers", "de") == lexicon.translations("soldiers", "de", inflected=False) != []
    assert lexicon.translations("sacharowa", "en") == lexicon.translations("kyjiw", "en") == []
    assert not lexicon.knows("discusing", "en")
