"""An index is built, written, verified, loaded, reused and refused; what is in use is never lost."""

import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filelock import FileLock

from rag import building, store
from rag.building import build, up_to_date
from rag.errors import CorpusError, IndexBusy, IndexDamaged, IndexMismatch, IndexMissing, StoreError
from rag.index import SUBJECT, LocalIndex
from rag.page.uploads import own_files
from rag.reading import Skipped, read_file
from rag.reading.drafting import Draft, Part, assemble
from rag.records import Article, BlockKind, Copy, Filter
from rag.settings import Settings, load_settings
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
    parts = [Part(BlockKind.BODY, "Vorab nichts.")]
    for heading, text in (("Wind", "Es stürmt."), ("Kälte", "Es friert.")):
        parts += [Part(BlockKind.HEADING, heading), Part(BlockKind.BODY, text)]
    index = make_index(make_article("Es taut.", name="a.txt"), titled, assemble("c.txt", Draft(parts)))
    over = {
        "Es gießt.": "Regen",
        "Er bellte oft.": "Hund weg",
        "Es stürmt.": "Wind",
        "Es friert.": "Kälte",
        "Kälte": "Wind",
    }
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


def test_what_we_write_ourselves_is_no_article(settings: Settings) -> None:
    data = settings.articles / "sub" / "data"
    data.mkdir(parents=True)
    (data / "feedback.jsonl").write_text('{"text": "Es regnet."}', encoding="utf-8")
    (data / "conversations.sqlite").write_bytes(b"")
    (data.parent / "d.txt").write_text("Neu ist dieser Satz.", encoding="utf-8")
    inside = settings.model_copy(update={"index": settings.articles / "index", "data": data})
    for full in (False, True):
        built = build(inside, LetterEmbedder(), no_progress, full)
        assert [article.id for article in built.index.articles] == ["a.txt", "b.txt", "c.txt", "sub/d.txt"]
        assert built.manifest.skipped == ("leer.txt is empty",)
    assert up_to_date(inside, "letters-1")
    assert set(own_files(inside)) == {"a.txt", "b.txt", "c.txt", "leer.txt", "sub/d.txt"}
    lite = load_settings(index=f"milvus://{settings.articles}/index.db", data=data)
    assert lite.own_folders == (settings.articles / "index.db", data)


def test_a_folder_that_holds_the_index_itself_is_refused(settings: Settings) -> None:
    same = settings.model_copy(update={"index": settings.articles})
    with pytest.raises(CorpusError, match="--index"):
        build(same, LetterEmbedder(), no_progress)


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


def test_a_build_of_one_added_file_reads_the_earlier_index_no_oftener_than_it_must(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(settings, LetterEmbedder(), no_progress)
    vectors, sealed = generation_of(settings) / "vectors.faiss", []

    def noted(path: Path) -> store.Seal:
        sealed.append(path)
        return seal(path)

    seal = store._seal
    monkeypatch.setattr(store, "_seal", noted)
    (settings.articles / "d.txt").write_text("Neu ist dieser Satz.", encoding="utf-8")
    build(settings, LetterEmbedder(), no_progress)
    assert 0 < sealed.count(vectors) <= 3, "to see what changed, to take over from it, and to keep it"


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


def test_a_copy_is_known_by_its_authors_and_where_the_first_has_no_date_by_its_day(settings: Settings) -> None:
    text = "Die Brücke ist zu. Niemand weiß, warum."
    rows = [{"text": text, "publisher": "Bote", "author": author} for author in ("Anna Alt", "Berta Neu")]
    rows[1]["date"] = "2024-03-06"
    (settings.articles / "wire.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    built = build(settings, LetterEmbedder(), no_progress).index.articles
    loaded = load_index(settings.index).articles
    for articles in (built, loaded):
        article = articles.named("wire.jsonl#2")
        assert article is not None and article.id == "wire.jsonl#1"
        assert article.copies == (Copy("wire.jsonl#2", "Bote", date(2024, 3, 6), ("Berta Neu",)),)
        assert "Berta Neu" in articles.authors
        assert articles.left_by(Filter(author="Berta Neu")) == articles.left_by(Filter(author="Anna Alt")) == 1
        assert articles.left_by(Filter(author="Berta Neu", since=date(2024, 3, 6))) == 1
        assert articles.left_by(Filter(author="Berta Neu", since=date(2024, 3, 7))) == 0


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that builds read, as they do."""
    names: list[str] = []

    def noted(path: Path, *given: Any) -> Iterator[Article | Skipped]:
        names.append(path.name)
        return read_file(path, *given)

    monkeypatch.setattr("rag.building.read_file", noted)
    return names


def test_a_file_that_did_not_change_is_not_read_again_though_it_holds_a_copy(
    settings: Settings, read: list[str]
) -> None:
    text = (settings.articles / "a.txt").read_text(encoding="utf-8")
    (settings.articles / "kopie.md").write_text(text, encoding="utf-8")
    line = json.dumps({"text": "Es regnet."})
    (settings.articles / "wire.jsonl").write_text(f"{line}\n{line}", encoding="utf-8")
    first = build(settings, LetterEmbedder(), no_progress).index
    read.clear()
    (settings.articles / "d.txt").write_text("Neu ist dieser Satz.", encoding="utf-8")
    second = build(settings, LetterEmbedder(), no_progress).index
    assert read == ["d.txt"]
    assert {article.ids for article in first.articles} < {article.ids for article in second.articles}
    read.clear()
    (settings.articles / "a.txt").unlink()
    third = build(settings, LetterEmbedder(), no_progress).index
    assert read == ["kopie.md"], "it may have other blocks than the first had"
    assert [article.id for article in third.articles] == ["b.txt", "c.txt", "d.txt", "kopie.md", "wire.jsonl#1"]


def test_a_program_that_reads_otherwise_reads_and_cuts_all_files_again_but_keeps_vectors(
    settings: Settings, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refusing(LetterEmbedder):
        counted = 0

        def embed_passages(self, texts):  # type: ignore[no-untyped-def]
            assert not any("Hund" in text or "Rat" in text for text in texts), "these are known"
            return super().embed_passages(texts)

        def count_tokens(self, text):  # type: ignore[no-untyped-def]
            self.counted += 1
            return super().count_tokens(text)

    assert all(any(Path(building.__file__).parent.glob(pattern)) for pattern in building._READERS)
    build(settings, LetterEmbedder(), no_progress)
    current = current_generation(settings.index)
    read.clear()
    monkeypatch.setattr("rag.building._readers", lambda: "of the next version")
    assert not up_to_date(settings, "letters-1")
    embedder = Refusing()
    again = build(settings, embedder, no_progress)
    assert read == ["a.txt", "b.txt", "c.txt", "leer.txt"] and embedder.counted
    assert not again.changes and current_generation(settings.index) != current
    assert up_to_date(settings, "letters-1")


def test_what_was_skipped_for_a_reason_that_may_pass_is_read_again(
    settings: Settings, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (settings.articles / "seite.html").write_text("<p>Es regnet heute den ganzen Tag.</p>", encoding="utf-8")
    monkeypatch.setattr("rag.reading.worker._START_SECONDS", 0.0)
    first = build(settings, LetterEmbedder(), no_progress)
    assert len(first.manifest.skipped) == 2 and "did not start" in first.manifest.skipped[1]
    current = current_generation(settings.index)
    for _ in range(2):
        read.clear()
        assert not up_to_date(settings, "letters-1")
        again = build(settings, LetterEmbedder(), no_progress)
        assert read == ["seite.html"]
        assert not again.changes and not again.manifest.changes and again.manifest.skipped == first.manifest.skipped
        assert current_generation(settings.index) == current, "nothing else came of it"
    monkeypatch.undo()
    healed = build(settings, LetterEmbedder(), no_progress)
    assert healed.manifest.skipped == ("leer.txt is empty",)
    assert healed.changes == Changes(changed=("seite.html",))
    assert healed.index.articles.named("seite.html") and up_to_date(settings, "letters-1")


def test_a_file_that_is_replaced_while_a_build_opens_it_is_read_by_the_next(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, aside = settings.articles / "b.txt", settings.articles / ".b.txt"

    def replaced(opened: Path, *given: Any) -> Iterator[Article | Skipped]:
        if opened == path:
            path.rename(aside)  # as editors do, and what brings files from elsewhere
        return read_file(opened, *given)

    monkeypatch.setattr("rag.building.read_file", replaced)
    first = build(settings, LetterEmbedder(), no_progress)
    assert any("b.txt cannot be opened" in skipped for skipped in first.manifest.skipped)
    monkeypatch.undo()
    aside.rename(path)
    assert not up_to_date(settings, "letters-1")
    assert build(settings, LetterEmbedder(), no_progress).changes == Changes(changed=("b.txt",))
    assert up_to_date(settings, "letters-1")


def test_a_file_that_a_limit_skipped_is_read_when_the_limit_is_raised(settings: Settings) -> None:
    (settings.articles / "lang.txt").write_text("Es regnet. " * 100, encoding="utf-8")
    small = settings.model_copy(update={"max_file_mb": 0.001})
    assert len(build(small, LetterEmbedder(), no_progress).manifest.skipped) == 2
    built = build(settings, LetterEmbedder(), no_progress)
    assert built.index.articles.named("lang.txt") and built.changes.changed == ("lang.txt",)


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


@pytest.mark.parametrize(
    ("number", "remedy"),
    [(errno.ENOSPC, "free some space"), (errno.EACCES, "change who may write"), (errno.EROFS, "name")],
)
def test_what_the_disk_refuses_is_said_with_the_remedy_for_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, number: int, remedy: str
) -> None:
    def refuse(*given: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("rag.store._write", refuse)
    with pytest.raises(StoreError, match=rf"\): {remedy}.*--index"):
        build(settings, LetterEmbedder(), no_progress)


def test_nothing_to_index_is_said_with_the_first_reason(articles_folder: Folder, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no file of articles"):
        build(Settings(articles=articles_folder({}), index=tmp_path / "i"), LetterEmbedder(), no_progress)
    folder = articles_folder({"leer.txt": "", "nur.txt": "https://example.org/x\n"})
    with pytest.raises(CorpusError, match=r"leer\.txt is empty \(and 1 more\)"):
        build(Settings(articles=folder, index=tmp_path / "i"), LetterEmbedder(), no_progress)
    assert not (tmp_path / "i" / "CURRENT").exists()


@pytest.mark.parametrize("built", [True, False])
def test_what_a_killed_build_left_is_swept_away_before_space_is_needed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, built: bool
) -> None:
    if built:
        build(settings, LetterEmbedder(), no_progress)
    left = settings.index / ".unfinished-20200101T000000-dead"
    left.mkdir(parents=True)
    (left / "vectors.faiss").write_bytes(b"0" * 1000)

    def full(*given: object) -> None:
        assert not left.exists()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("rag.store._write", full)
    with pytest.raises(StoreError, match="space"):
        build(settings, LetterEmbedder(), no_progress, full=True)
    monkeypatch.undo()
    build(settings, LetterEmbedder(), no_progress)


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
