"""An index is built, written, verified, loaded, reused and refused; what is in use is never lost."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from rag.building import build, up_to_date
from rag.errors import CorpusError, IndexBusy, IndexDamaged, IndexMismatch, IndexMissing, StoreError
from rag.index import SUBJECT, LocalIndex
from rag.reading.drafting import Draft, Part, assemble
from rag.records import BlockKind
from rag.settings import Settings
from rag.store import Changes, current_generation, load_index, load_manifest, require_model, roll_back
from rag.yardstick import measure
from tests.conftest import LetterEmbedder, Stopped, make_article, make_index, no_progress, stop_at

Folder = Callable[..., Path]


@pytest.fixture
def settings(articles_folder: Folder, tmp_path: Path) -> Settings:
    """Three small articles, one file that is none, and no index yet."""
    folder = articles_folder(
        {
            "a.txt": "Der Hund schläft. Die Katze wacht 👍.",
            "b.txt": "Brücke gesperrt\n\nStadtblatt, 2024-03-05\n\nDie Brücke ist zu. Niemand weiß, warum.",
            "c.txt": "Am 4. September tagte der Rat in Köln. Er beschloss nichts.",
            "leer.txt": "",
        }
    )
    return Settings(articles=folder, index=tmp_path / "index")


def generation_of(settings: Settings) -> Path:
    return load_manifest(settings.index)[0]


def rows_of(index: LocalIndex) -> list[str]:
    return [index.sentence(row).text for row in range(len(index.sentence_rows))]


def test_rows_lead_back_to_passages_and_sentences() -> None:
    index = make_index(
        make_article("Eins. Zwei.", "Drei.", name="a.txt"), make_article("Vier. Fünf.", name="b.txt", title="Titel")
    )
    assert rows_of(index) == ["Eins.", "Zwei.", "Drei.", "Titel", "Vier.", "Fünf."]
    assert index.passage(0).text == "Eins. Zwei.\n\nDrei."
    found = index.passages(np.array([0, 2]))
    assert [[sentence.text for sentence in sentences] for _, sentences in found] == [
        ["Eins.", "Zwei.", "Drei."],
        ["Vier.", "Fünf."],
    ]


def test_a_sentences_vector_leans_to_what_stands_over_it() -> None:
    teaser = Part(BlockKind.TEASER, "Hund weg\nEr bellte oft.")
    titled = assemble("b.txt", Draft([Part(BlockKind.TITLE, "Regen"), Part(BlockKind.BODY, "Es gießt."), teaser]))
    parts = [Part(BlockKind.HEADING, "Wind"), Part(BlockKind.BODY, "Es stürmt.")]
    index = make_index(make_article("Es taut.", name="a.txt"), titled, assemble("c.txt", Draft(parts)))
    over = {"Es gießt.": "Regen", "Er bellte oft.": "Hund weg", "Es stürmt.": "Wind"}
    embedder = LetterEmbedder()
    for row, text in enumerate(rows_of(index)):
        expected = embedder.embed_question(text)
        if text in over:
            expected = expected + SUBJECT * embedder.embed_question(over[text])
        np.testing.assert_allclose(index.vectors.vectors()[row], expected / np.linalg.norm(expected), atol=1e-3)
    assert set(over) < set(rows_of(index))


def test_a_loaded_index_is_the_one_that_was_built(settings: Settings) -> None:
    built = build(settings, LetterEmbedder(), no_progress)
    loaded = load_index(settings.index)
    assert list(loaded.articles) == list(built.index.articles)
    assert [article.text for article in loaded.articles] == [article.text for article in built.index.articles]
    assert [article.blocks for article in loaded.articles] == [article.blocks for article in built.index.articles]
    assert loaded.articles[1].published == built.index.articles[1].published
    assert loaded.articles.entries == built.index.articles.entries
    assert loaded.articles.holds("niema") and not loaded.articles.holds("emand")
    assert rows_of(loaded) == rows_of(built.index)
    assert (loaded.vectors.vectors() == built.index.vectors.vectors()).all()
    assert loaded.words.rank({"hund": 1.0}).scores.tolist() == built.index.words.rank({"hund": 1.0}).scores.tolist()
    assert loaded.model == built.index.model


def test_the_manifest_names_counts_and_skipped_files(settings: Settings) -> None:
    manifest = build(settings, LetterEmbedder(), no_progress).manifest
    assert manifest == load_manifest(settings.index)[1]
    assert (manifest.articles, manifest.skipped) == (3, ("leer.txt is empty",))
    assert "vectors.faiss" in manifest.files
    assert not [path for path in manifest.files if "pkl" in path or "pickle" in path]


@pytest.mark.parametrize("damage", ["cut", "flip", "remove", "swap"])
def test_each_damaged_file_is_named_and_never_read(settings: Settings, damage: str) -> None:
    build(settings, LetterEmbedder(), no_progress)
    generation = generation_of(settings)
    for name in ["manifest.json", *load_manifest(settings.index)[1].files]:
        path = generation / name
        whole = path.read_bytes()
        if damage == "cut":
            path.write_bytes(whole[:-1])
        elif damage == "flip":
            path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
        elif damage == "remove":
            path.unlink()
        else:
            other = "articles.jsonl" if name != "articles.jsonl" else "passages.npy"
            path.write_bytes((generation / other).read_bytes())
        with pytest.raises(IndexDamaged, match=r"rag build") as raised:
            load_index(settings.index)
        assert path.name in str(raised.value)
        path.write_bytes(whole)
    load_index(settings.index)


def test_a_missing_index_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match=r"run `rag build`"):
        load_index(tmp_path / "none")


@pytest.mark.parametrize("content", ["", "only-a-name", "a b c", "../../etc 00"])
def test_a_pointer_that_points_nowhere_is_damage(settings: Settings, content: str) -> None:
    build(settings, LetterEmbedder(), no_progress)
    (settings.index / "CURRENT").write_text(content, encoding="utf-8")
    with pytest.raises(IndexDamaged):
        load_index(settings.index)


def rewrite_manifest(settings: Settings, **changes: object) -> None:
    """As another version of Belegt would have written it."""
    path = generation_of(settings) / "manifest.json"
    written = json.dumps(json.loads(path.read_bytes()) | changes).encode()
    path.write_bytes(written)
    digest = hashlib.sha256(written).hexdigest()
    (settings.index / "CURRENT").write_text(f"{path.parent.name} {digest}\n", encoding="utf-8")


def test_an_index_of_another_format_is_refused_and_can_be_built_anew(settings: Settings) -> None:
    build(settings, LetterEmbedder(), no_progress)
    rewrite_manifest(settings, format=999)
    with pytest.raises(IndexMismatch, match="format 999"):
        load_index(settings.index)
    build(settings, LetterEmbedder(), no_progress)
    load_index(settings.index)


def test_a_manifest_that_lacks_something_is_damage_and_no_hindrance(settings: Settings) -> None:
    build(settings, LetterEmbedder(), no_progress)
    rewrite_manifest(settings, model={"name": "letters", "fingerprint": "letters-1", "dimension": 26})
    with pytest.raises(IndexDamaged, match="scale"):
        load_index(settings.index)
    build(settings, LetterEmbedder(), no_progress)
    load_index(settings.index)


def test_an_index_of_another_model_is_refused(settings: Settings) -> None:
    index = build(settings, LetterEmbedder(), no_progress).index
    with pytest.raises(IndexMismatch, match="letters"):
        require_model(index, "other", "other-1")


def test_a_second_build_replaces_the_first_and_keeps_it_for_rollback(settings: Settings) -> None:
    build(settings, LetterEmbedder(), no_progress)
    first = generation_of(settings)
    (settings.articles / "d.txt").write_text("Neu ist dieser Satz.", encoding="utf-8")
    build(settings, LetterEmbedder(), no_progress)
    second = generation_of(settings)
    build(settings, LetterEmbedder(), no_progress, full=True)
    assert len(load_index(settings.index).articles) == 4
    assert not first.exists()
    assert second.exists() and generation_of(settings) != second


def test_where_nothing_changed_nothing_is_written_or_embedded(settings: Settings) -> None:
    before = build(settings, LetterEmbedder(), no_progress)
    generation = current_generation(settings.index)

    class Unused(LetterEmbedder):
        def embed_question(self, text):  # type: ignore[no-untyped-def]
            raise AssertionError("nothing is to be embedded")

    again = build(settings, Unused(), no_progress)
    assert current_generation(settings.index) == generation
    assert again.manifest == before.manifest and not again.changes
    assert rows_of(again.index) == rows_of(before.index)


def test_another_model_another_setting_or_damage_is_a_reason_to_build(settings: Settings) -> None:
    build(settings, LetterEmbedder(), no_progress)
    assert up_to_date(settings, "letters-1")
    assert not up_to_date(settings, "letters-2")
    assert not up_to_date(settings.model_copy(update={"passage_tokens": 100}), "letters-1")
    vectors = generation_of(settings) / "vectors.faiss"
    vectors.write_bytes(vectors.read_bytes()[:-1])
    assert not up_to_date(settings, "letters-1")
    build(settings, LetterEmbedder(), no_progress)
    assert up_to_date(settings, "letters-1")
    with pytest.raises(IndexMissing, match="only one"):
        roll_back(settings.index)  # what was damaged is not worth going back to


def test_what_became_of_each_file_is_told(settings: Settings) -> None:
    first = build(settings, LetterEmbedder(), no_progress)
    assert first.changes == Changes(added=("a.txt", "b.txt", "c.txt", "leer.txt"))
    (settings.articles / "a.txt").write_text("Der Hund bellt.", encoding="utf-8")
    (settings.articles / "b.txt").rename(settings.articles / "z.txt")
    (settings.articles / "c.txt").unlink()
    (settings.articles / "d.txt").write_text("Neu ist dieser Satz.", encoding="utf-8")
    second = build(settings, LetterEmbedder(), no_progress)
    assert second.changes == Changes(
        added=("d.txt",), changed=("a.txt",), removed=("c.txt",), renamed=(("b.txt", "z.txt"),)
    )
    assert load_manifest(settings.index)[1].changes == second.changes
    assert [article.id for article in second.index.articles] == ["a.txt", "d.txt", "z.txt"]


def test_unchanged_articles_are_not_cut_again(settings: Settings) -> None:
    class Counting(LetterEmbedder):
        def __init__(self) -> None:
            self.counted: list[str] = []

        def count_tokens(self, text):  # type: ignore[no-untyped-def]
            self.counted.append(text)
            return super().count_tokens(text)

    build(settings, LetterEmbedder(), no_progress)
    (settings.articles / "a.txt").write_text("Der Vogel singt.", encoding="utf-8")
    embedder = Counting()
    built = build(settings, embedder, no_progress).index
    assert set(embedder.counted) <= {"", "Der Vogel singt."}
    anew = make_index(*built.articles)
    assert (built.passage_rows == anew.passage_rows).all() and (built.sentence_rows == anew.sentence_rows).all()
    assert (built.vectors.vectors() == anew.vectors.vectors()).all()


def test_a_text_in_two_files_is_indexed_once_under_both_names(settings: Settings) -> None:
    text = (settings.articles / "a.txt").read_text(encoding="utf-8")
    (settings.articles / "kopie.txt").write_text(text + "\n\n", encoding="utf-8")
    index = build(settings, LetterEmbedder(), no_progress).index
    assert [article.ids for article in index.articles] == [("a.txt", "kopie.txt"), ("b.txt",), ("c.txt",)]
    assert load_index(settings.index).articles[0].copies == index.articles[0].copies
    assert rows_of(index).count("Der Hund schläft.") == 1
    (settings.articles / "a.txt").unlink()
    index = build(settings, LetterEmbedder(), no_progress).index
    assert [article.ids for article in index.articles] == [("b.txt",), ("c.txt",), ("kopie.txt",)]


def test_the_generation_before_can_be_put_back_in_use(settings: Settings) -> None:
    with pytest.raises(IndexMissing, match=r"run `rag build`"):
        roll_back(settings.index)
    build(settings, LetterEmbedder(), no_progress)
    with pytest.raises(IndexMissing, match="only one"):
        roll_back(settings.index)
    first = generation_of(settings)
    (settings.articles / "d.txt").write_text("Neu ist dieser Satz.", encoding="utf-8")
    build(settings, LetterEmbedder(), no_progress)
    second = generation_of(settings)
    assert roll_back(settings.index).articles == 3
    assert generation_of(settings) == first and len(load_index(settings.index).articles) == 3
    assert not up_to_date(settings, "letters-1")
    roll_back(settings.index)
    assert generation_of(settings) == second
    roll_back(settings.index)
    build(settings, LetterEmbedder(), no_progress)
    assert len(load_index(settings.index).articles) == 4


def test_a_damaged_generation_is_not_gone_back_to(settings: Settings) -> None:
    build(settings, LetterEmbedder(), no_progress)
    first = generation_of(settings)
    build(settings, LetterEmbedder(), no_progress, full=True)
    second = generation_of(settings)
    (first / "articles.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(IndexDamaged, match=r"articles\.jsonl"):
        roll_back(settings.index)
    assert generation_of(settings) == second


def test_unchanged_sentences_keep_their_vectors(settings: Settings) -> None:
    class Counting(LetterEmbedder):
        embedded = 0

        def embed_passages(self, texts):  # type: ignore[no-untyped-def]
            self.embedded += len(texts)
            return super().embed_passages(texts)

    embedder = Counting()
    measure(embedder)
    each_time = embedder.embedded  # the yardstick is laid on at every build
    embedder.embedded = 0
    first = build(settings, embedder, no_progress).index
    assert embedder.embedded == each_time + len(first.sentence_rows)
    (settings.articles / "a.txt").write_text("Der Hund schläft. Der Vogel singt.", encoding="utf-8")
    second = build(settings, embedder, no_progress).index
    assert embedder.embedded == 2 * each_time + len(first.sentence_rows) + 1
    assert (second.vectors.vectors() == make_index(*second.articles).vectors.vectors()).all()
    build(settings, embedder, no_progress, full=True)
    assert embedder.embedded == 3 * each_time + len(first.sentence_rows) + 1 + len(second.sentence_rows)


@pytest.mark.parametrize("step", ["reading", "splitting", "embedding", "words", "writing"])
def test_a_build_that_stops_leaves_the_index_in_use(settings: Settings, step: str) -> None:
    build(settings, LetterEmbedder(), no_progress)
    before = current_generation(settings.index)
    with pytest.raises(Stopped):
        build(settings, LetterEmbedder(), stop_at(step), full=True)
    assert current_generation(settings.index) == before
    assert not list(settings.index.glob(".unfinished*"))
    load_index(settings.index)


def test_two_builders_at_once_are_told_apart(settings: Settings) -> None:
    settings.index.mkdir()
    with FileLock(settings.index / ".lock"), pytest.raises(IndexBusy, match="another process"):
        build(settings, LetterEmbedder(), no_progress)
    build(settings, LetterEmbedder(), no_progress)


def test_a_folder_that_cannot_be_written_is_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    blocked = settings.model_copy(update={"index": tmp_path / "file" / "index"})
    with pytest.raises(StoreError, match="--index"):
        build(blocked, LetterEmbedder(), no_progress)


def test_nothing_to_index_is_said_with_the_first_reason(articles_folder: Folder, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no file of articles"):
        build(Settings(articles=articles_folder({}), index=tmp_path / "i"), LetterEmbedder(), no_progress)
    folder = articles_folder({"leer.txt": "", "nur.txt": "https://example.org/x\n"})
    with pytest.raises(CorpusError, match=r"leer\.txt is empty \(and 1 more\)"):
        build(Settings(articles=folder, index=tmp_path / "i"), LetterEmbedder(), no_progress)
    assert not (tmp_path / "i" / "CURRENT").exists()


def test_what_a_killed_build_left_is_swept_away(settings: Settings) -> None:
    build(settings, LetterEmbedder(), no_progress)
    left = settings.index / ".unfinished-20200101T000000-dead"
    shutil.copytree(generation_of(settings), left)
    build(settings, LetterEmbedder(), no_progress, full=True)
    assert not left.exists()


def test_folders_that_are_not_ours_stay(settings: Settings) -> None:
    foreign = settings.index / "my-extension"
    foreign.mkdir(parents=True)
    (foreign / "manifest.json").write_text("{}", encoding="utf-8")
    for _ in range(4):
        build(settings, LetterEmbedder(), no_progress, full=True)
    assert (foreign / "manifest.json").exists()


def test_the_manifest_is_plain_json(settings: Settings) -> None:
    build(settings, LetterEmbedder(), no_progress)
    fields = json.loads((generation_of(settings) / "manifest.json").read_text(encoding="utf-8"))
    assert fields["model"]["name"] == "letters"
