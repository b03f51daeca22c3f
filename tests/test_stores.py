"""What every place for an index promises: the same rows and rankings, and that what is in use is never lost."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from unicodedata import normalize

import numpy as np
import pytest

from rag.building import build, up_to_date
from rag.chatbot import Chatbot
from rag.cli import main
from rag.errors import CorpusError, IndexBusy, IndexDamaged, IndexMismatch, IndexMissing, SettingsError, StoreError
from rag.index import Index, LocalIndex
from rag.lexical import WordIndex
from rag.milvus import layout, server
from rag.milvus.server import connect
from rag.milvus.store import MilvusStore
from rag.places import MilvusAddress, place_of
from rag.reading.drafting import Draft, Part, assemble
from rag.records import Article, BlockKind, Filter, Sources
from rag.retrieval import Retriever
from rag.settings import Settings, load_settings
from rag.store import Changes, Source, require_model
from rag.stores import Store, store_of
from tests.conftest import LetterEmbedder, Stopped, make_article, make_index, no_progress, stop_at

HOSTILE = ('O\'Neil "Q"', 'x") or (1 == 1', "back\\slash", "100%_{a}", "Zeilen\num\u2028bruch", "Ärzte", "a" * 300)
"""Names of publishers that would break out of an expression they were pasted into."""

lite = pytest.mark.skipif(
    not (find_spec("pymilvus") and find_spec("milvus_lite")), reason="Milvus Lite comes with `pip install .[milvus]`"
)


PLACES = ["folder", pytest.param("milvus", marks=lite)]


@contextmanager
def placed(kind: str, folder: Path) -> Iterator[str]:
    """The address of an index that is not there yet, in a kind of place below the folder."""
    if kind == "folder":
        yield str(folder / "index")
        return
    yield f"milvus://{folder}/index.db"
    close(folder / "index.db")


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An index that is not there yet, in each kind of place."""
    with placed(request.param, tmp_path) as address:
        yield address


def close(file: Path) -> None:
    """End a Milvus Lite as the end of its process would."""
    from milvus_lite.server_manager import server_manager_instance

    server_manager_instance.release_server(str(file))
    connect.cache_clear()


@pytest.fixture
def settings(place: str, articles_folder: Callable[..., Path]) -> Settings:
    folder = articles_folder(
        {
            "a.txt": "Der Hund schläft. Die Katze wacht 👍.",
            "b.txt": "Brücke gesperrt\n\nStadtblatt, 2024-03-05\n\nDie Brücke ist zu. Niemand weiß, warum.",
            "c.txt": "Am 4. September tagte der Rat in Köln. Er beschloss nichts.",
        }
    )
    return load_settings(articles=folder, index=place)


def of(name: str, text: str, publisher: str, author: str, day: date | None) -> Article:
    made = assemble(name, Draft([Part(BlockKind.BODY, text)], publisher=publisher, authors=(author,)))
    return replace(made, published=day)


def articles() -> list[Article]:
    """Of every hostile publisher one, and one that is long enough for several passages and several fields."""
    made = [
        of(
            f"{at}.txt",
            f"Der {at}. Bericht von Hund und Katze. Es regnet {at} Tage.",
            name,
            f"von {name}",
            date(2024, 1, 1 + at),
        )
        for at, name in enumerate(HOSTILE)
    ]
    long = " ".join(f"Satz {at} handelt von {at * at} Brücken über den Rhein." for at in range(200))
    parts = [Part(BlockKind.BODY, long), Part(BlockKind.LINKS, "Überall Ärger. " * 9000)]
    return [*made, assemble("lang ‚quoted'.txt", Draft(parts, publisher="taz")), make_article("Tag.", name="kurz.txt")]


def saved(settings: Settings, *given: Article) -> tuple[LocalIndex, Index]:
    """An index as it is built, and as it is found where it was put."""
    built = make_index(*given)
    with store_of(settings).writing():
        store_of(settings).save(built, {"passage_tokens": 254}, [Source("a.txt", "00", ("a.txt",), ())], Changes())
    return built, store_of(settings).index()


@pytest.fixture(scope="module", params=PLACES)
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[LocalIndex, Index]]:
    """For tests that only read."""
    folder = tmp_path_factory.mktemp("both")
    with placed(request.param, folder) as address:
        yield saved(load_settings(articles=folder, index=address), *articles())


FILTERS = [
    Filter(),
    *(Filter(publisher=name.swapcase()) for name in HOSTILE),
    Filter(author=f"von {HOSTILE[1]}"),
    Filter(since=date(2024, 1, 3)),
    Filter(until=date(2024, 1, 3)),
    Filter(since=date(2024, 1, 2), until=date(2024, 1, 4)),
    Filter(publisher="taz", since=date(2024, 1, 1)),
    Filter(publisher='") or (row >= 0'),
]


def test_candidates_are_the_same_within_rounding(both: tuple[LocalIndex, Index]) -> None:
    built, found = both
    vector = LetterEmbedder().embed_question("Wie lange regnet es auf die Brücke?")
    for words, grams in [
        ({"regnet": 1.0, "bruck": 0.5, "zebra": 1.0}, {"_reg": 1.0, "brüc": 0.3}),
        ({}, {"zzzz": 1.0}),
    ]:
        for limit in FILTERS:
            one, other = (index.candidates(words, grams, vector, limit, 100) for index in (built, found))
            assert one.rows.tolist() == other.rows.tolist(), limit
            np.testing.assert_allclose(one.words, other.words, rtol=1e-5)
            np.testing.assert_allclose(one.grams, other.grams, rtol=1e-5)
            assert one.starts.tolist() == other.starts.tolist(), limit
            np.testing.assert_allclose(one.cosines, other.cosines, atol=1e-5)


def test_few_candidates_are_the_best_of_each_ranking(both: tuple[LocalIndex, Index]) -> None:
    vector = LetterEmbedder().embed_question("Es regnet 5 Tage.")
    for index in both:
        rows = index.candidates({"bericht": 1.0}, {}, vector, Filter(publisher="Ärzte"), 1).rows
        assert [passage.article.publisher for passage, _ in index.passages(rows)] == ["Ärzte"]
        assert index.candidates({}, {}, vector, Filter(publisher="nobody"), 10).rows.tolist() == []


def test_a_filter_leaves_the_same_articles(both: tuple[LocalIndex, Index]) -> None:
    built, found = both
    assert [found.articles.left_by(limit) for limit in FILTERS] == [built.articles.left_by(limit) for limit in FILTERS]
    assert found.articles.left_by(Filter(publisher=HOSTILE[1])) == 1


def test_the_shares_of_the_sources_are_the_same(both: tuple[LocalIndex, Index]) -> None:
    built, found = (index.articles for index in both)
    kinds: tuple[Sources, ...] = ("publishers", "authors")
    for limit in FILTERS:
        for kind in kinds:
            assert found.shares(kind, limit) == built.shares(kind, limit), (kind, limit)
    assert built.shares("publishers", Filter(publisher=HOSTILE[1].swapcase()))[HOSTILE[1]] == 1


def test_articles_by_day_are_the_same(both: tuple[LocalIndex, Index]) -> None:
    built, found = (index.articles for index in both)
    for limit in FILTERS:
        for newest in (True, False):
            for count in (1, 3, 100):
                ordered = built.by_day(limit, count, newest)
                assert [one.id for one in found.by_day(limit, count, newest)] == [one.id for one in ordered]
                days = [one.published for one in ordered if one.published]
                assert days == sorted(days, reverse=newest), "undated ones are behind"
                assert len(ordered) == min(count, built.left_by(limit))


def test_passages_come_with_their_sentences_in_the_order_asked(both: tuple[LocalIndex, Index]) -> None:
    built, found = both
    rows = np.arange(built.passage_count)[::-1]
    one, other = ([(passage, list(sentences)) for passage, sentences in index.passages(rows)] for index in both)
    assert one == other
    assert [passage.text for passage, _ in one] == [passage.text for passage, _ in other]
    assert found.passage_count == built.passage_count > 16
    assert found.passages_by_article().tolist() == built.passages_by_article().tolist()
    assert (found.sentence_vectors() == built.sentence_vectors()).all()


def test_frequencies_are_the_same(both: tuple[LocalIndex, Index]) -> None:
    built, found = both
    stems, grams = ["bruck", "bericht", "zebra", "hund", ""], ["_hun", "und_", "zzzz", 'x")_']
    assert dict(found.stem_frequencies(stems)) == dict(built.stem_frequencies(stems))
    assert dict(found.gram_frequencies(grams)) == dict(built.gram_frequencies(grams))
    assert dict(found.stem_frequencies([])) == {}


def test_articles_are_the_same(both: tuple[LocalIndex, Index]) -> None:
    built, found = (index.articles for index in both)
    assert list(found) == list(built) and len(found) == len(built)
    assert [article.text for article in found[1:4]] == [article.text for article in built[1:4]]
    assert [article.blocks for article in found] == [article.blocks for article in built]
    assert (found.publishers, found.authors) == (built.publishers, built.authors)
    assert (found.published, found.languages) == (built.published, built.languages)
    for name in ("lang ‚quoted'.txt", "nirgends.txt", 'x" or key >= "'):
        assert found.named(name) == built.named(name)
    for word in ("Rhein", "rhe", "hein", "zebra", "%", '"', "re_net"):
        assert found.holds(word) == built.holds(word), word
    assert built[0] in found and replace(built[0], digest="other") not in found and "0.txt" not in found
    with pytest.raises(IndexError):
        found[len(built)]


def test_long_names_that_begin_alike_are_told_apart(settings: Settings) -> None:
    names = ["ä" * 150 + end for end in ("1.txt", "2.txt")]
    days = [date(2024, 1, 1), date(2024, 1, 2)]
    made = [of(name, f"Wort {name}", name, name, day) for name, day in zip(names, days, strict=True)]
    for index in saved(settings, *made):
        found = [index.articles.named(name) for name in names]
        assert [article.id if article else None for article in found] == names
        assert [index.articles.left_by(Filter(publisher=name)) for name in names] == [1, 1]
        assert index.articles.holds("ä" * 120) and not index.articles.holds("ö" * 120)


def test_a_name_is_found_composed_or_not(settings: Settings) -> None:
    decomposed, composed = (normalize(form, "Brücke.txt") for form in ("NFD", "NFC"))
    other = of("Höfe.txt", "Wort", "x", "x", date(2024, 1, 1))
    apart = [of(name, f"Wort {name}", "x", "x", date(2024, 1, 1)) for name in ("é", normalize("NFD", "é"))]
    for index in saved(settings, of(decomposed, "Die Brücke", "x", "x", date(2024, 1, 1)), other, *apart):
        for name in (decomposed, composed):
            article = index.articles.named(name)
            assert article is not None and article.id == decomposed
            assert article in index.articles
        found = [index.articles.named(normalize(form, "Höfe.txt")) for form in ("NFD", "NFC")]
        assert found == [other, other]
        assert [index.articles.named(one.id) for one in apart] == apart, "where both stand there, each is its own"


def test_hits_are_the_same(both: tuple[LocalIndex, Index]) -> None:
    from tests.test_retrieval import asked

    built, found = (Retriever(index, LetterEmbedder()) for index in both)
    for text in ("Wovon handelt Satz 77?", "How long does it rain?", "Was sagte Orbán 1999?"):
        one, other = (retriever.search(asked(text), 10) for retriever in (built, found))
        assert [hit.passage for hit in one] == [hit.passage for hit in other]
        assert [hit.score for hit in one] == pytest.approx([hit.score for hit in other], abs=1e-4)
        assert built.unknown_words(asked(text)) == found.unknown_words(asked(text))
        assert built.strangers(asked(text)) == found.strangers(asked(text))


def test_a_copy_is_found_under_every_name(settings: Settings) -> None:
    text = (settings.articles / "a.txt").read_text(encoding="utf-8")
    (settings.articles / "kopie.txt").write_text(text, encoding="utf-8")
    build(settings, LetterEmbedder(), no_progress)
    found = store_of(settings).index().articles
    article = found.named("kopie.txt")
    assert article is not None and article.ids == ("a.txt", "kopie.txt")


def test_where_there_is_no_index_it_is_said_and_nothing_is_made(settings: Settings, tmp_path: Path) -> None:
    for call in (Store.index, Store.manifest, Store.check, Store.sources, Store.current, Store.roll_back):
        with pytest.raises(IndexMissing, match=r"run `rag build`"):
            getattr(store_of(settings), call.__name__)()
    assert not (tmp_path / "index.db").exists() and not (tmp_path / "index").exists()


def test_a_build_without_articles_makes_nothing(settings: Settings, tmp_path: Path) -> None:
    there = set(tmp_path.iterdir())
    (settings.articles.parent / "none").mkdir()
    for name, reason in (("nowhere", "there is no folder"), ("none", "no file of articles")):
        with pytest.raises(CorpusError, match=reason):
            build(settings.model_copy(update={"articles": tmp_path / name}), LetterEmbedder(), no_progress)
    assert set(tmp_path.iterdir()) == there | {tmp_path / "none"}


def test_a_build_is_taken_up_where_nothing_changed(settings: Settings) -> None:
    first = build(settings, LetterEmbedder(), no_progress)
    current = store_of(settings).current()
    again = build(settings, LetterEmbedder(), no_progress)
    assert store_of(settings).current() == current
    assert again.manifest == first.manifest and not again.changes
    assert up_to_date(settings, "letters-1") and not up_to_date(settings, "letters-2")


def test_only_what_is_new_is_embedded(settings: Settings) -> None:
    class Counting(LetterEmbedder):
        embedded: list[str] = []  # noqa: RUF012

        def embed_passages(self, texts):  # type: ignore[no-untyped-def]
            self.embedded += texts
            return super().embed_passages(texts)

    build(settings, LetterEmbedder(), no_progress)
    (settings.articles / "d.txt").write_text("Neu ist dieser Satz.", encoding="utf-8")
    embedder = Counting()
    built = build(settings, embedder, no_progress)
    assert "Neu ist dieser Satz." in embedder.embedded and "Der Hund schläft." not in embedder.embedded
    anew = make_index(*built.index.articles)
    assert (built.index.sentence_vectors() == anew.sentence_vectors()).all()


def test_what_was_built_in_parts_is_not_embedded_again(settings: Settings, tmp_path: Path) -> None:
    class Unused(LetterEmbedder):
        def embed_passages(self, texts):  # type: ignore[no-untyped-def]
            assert not set(texts) & {"Der Hund schläft.", "Die Brücke ist zu."}
            return super().embed_passages(texts)

    parts = []
    for name in ("a.txt", "b.txt"):
        folder = tmp_path / name.removesuffix(".txt")
        folder.mkdir()
        (settings.articles / name).rename(folder / name)
        shutil.copytree(folder, settings.articles / folder.name)
        part = load_settings(articles=folder, index=tmp_path / f"part-{name}")
        build(part, LetterEmbedder(), no_progress)
        parts.append(store_of(part))
    found = build(settings, Unused(), no_progress, parts=parts).index
    assert {article.id for article in found.articles} == {"a/a.txt", "b/b.txt", "c.txt"}
    assert (found.sentence_vectors() == make_index(*found.articles).sentence_vectors()).all()

    class Other(LetterEmbedder):
        fingerprint = "letters-2"

    steps: list[str] = []
    with pytest.raises(IndexMismatch, match=r"--part .*part-a\.txt cannot be taken over: .*letters"):
        build(settings, Other(), lambda step, *_: steps.append(step), parts=parts)
    assert steps == [], "before anything is read"


def test_a_part_that_is_missing_or_damaged_is_told_also_where_nothing_changed(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.store.SAMPLED_BYTES", 0)
    monkeypatch.setattr("rag.store._SAMPLE_BYTES", 4)
    build(settings, LetterEmbedder(), no_progress)
    current = store_of(settings).current()
    part = settings.model_copy(update={"index": tmp_path / "part"})
    with pytest.raises(IndexMissing, match=r"--part .*part cannot be taken over: there is no index"):
        build(settings, LetterEmbedder(), no_progress, parts=[store_of(part)])
    build(part, LetterEmbedder(), no_progress)
    assert not build(settings, LetterEmbedder(), no_progress, parts=[store_of(part)]).written
    (vectors,) = (tmp_path / "part").glob("*/vectors.faiss")
    whole = bytearray(vectors.read_bytes())
    whole[-7] ^= 1
    vectors.write_bytes(whole)
    with pytest.raises(IndexDamaged, match=r"--part .*vectors\.faiss is not what was written"):
        build(settings, LetterEmbedder(), no_progress, parts=[store_of(part)])
    assert store_of(settings).current() == current


def test_generations_follow_each_other_and_can_be_gone_back_to(settings: Settings) -> None:
    place = store_of(settings)
    build(settings, LetterEmbedder(), no_progress)
    first = place.current()
    with pytest.raises(IndexMissing, match="only one"):
        place.roll_back()
    (settings.articles / "d.txt").write_text("Neu ist dieser Satz.", encoding="utf-8")
    assert build(settings, LetterEmbedder(), no_progress).changes.added == ("d.txt",)
    second = place.current()
    assert place.roll_back().articles == 3
    assert len(place.index().articles) == 3 and place.manifest()[1].articles == 3
    assert place.roll_back().articles == 4
    assert len(place.index().articles) == 4
    build(settings, LetterEmbedder(), no_progress, full=True)
    assert len({first, second, place.current()}) == 3
    assert place.roll_back().articles == 4
    assert place.manifest()[0] in second


@pytest.mark.parametrize("step", ["reading", "splitting", "embedding", "words", "writing"])
def test_a_build_that_stops_leaves_the_index_in_use(settings: Settings, step: str) -> None:
    build(settings, LetterEmbedder(), no_progress)
    before = store_of(settings).current()
    with pytest.raises(Stopped):
        build(settings, LetterEmbedder(), stop_at(step), full=True)
    assert store_of(settings).current() == before
    assert len(store_of(settings).index().articles) == 3


def test_another_model_is_refused(settings: Settings) -> None:
    build(settings, LetterEmbedder(), no_progress)
    with pytest.raises(IndexMismatch, match="RAG_MODEL"):
        require_model(store_of(settings).index(), "other", "other-1")


def test_the_command_line_works_with_every_place(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    build(settings, LetterEmbedder(), no_progress)
    at = ["--index", str(settings.index)]
    assert main(["status", "--verify", *at]) == 0
    assert "(verified)" in capsys.readouterr().out
    assert main(["show", "b.txt", *at]) == 0
    assert "Niemand weiß" in capsys.readouterr().out
    assert main(["rollback", *at]) == 1
    assert "only one" in capsys.readouterr().err


def test_answers_are_the_same(settings: Settings, tmp_path: Path) -> None:
    local = load_settings(articles=settings.articles, index=tmp_path / "local")
    chatbots = []
    for at in (local, settings):
        build(at, LetterEmbedder(), no_progress)
        chatbots.append(Chatbot.of(store_of(at).index(), LetterEmbedder(), at))
    for question in (
        "Wo schläft der Hund?",
        "Wann tagte der Rat?",
        "Was schrieb das Stadtblatt über die Brücke?",
        "Orbán?",
    ):
        one, other = (chatbot.ask(question) for chatbot in chatbots)
        assert [sentence.text for sentence in one.sentences] == [sentence.text for sentence in other.sentences]
        assert (one.unknown_words, one.searched, one.question) == (other.unknown_words, other.searched, other.question)


@pytest.fixture(scope="module")
def two_generations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of articles and their index in Milvus Lite, closed, to be copied."""
    folder = tmp_path_factory.mktemp("milvus")
    (folder / "articles").mkdir()
    for name, text in {"a.txt": "Der Hund schläft.", "b.txt": "Die Katze wacht."}.items():
        (folder / "articles" / name).write_text(text, encoding="utf-8")
    settings = load_settings(articles=folder / "articles", index=f"milvus://{folder}/index.db")
    build(settings, LetterEmbedder(), no_progress)
    build(settings, LetterEmbedder(), no_progress, full=True)
    close(folder / "index.db")
    return folder


@pytest.fixture
def milvus(two_generations: Path, tmp_path: Path) -> Iterator[Settings]:
    """Two generations in Milvus Lite."""
    shutil.copytree(two_generations, tmp_path, dirs_exist_ok=True)
    yield load_settings(articles=tmp_path / "articles", index=f"milvus://{tmp_path}/index.db")
    close(tmp_path / "index.db")


def collections(settings: Settings) -> set[str]:
    return set(reached(settings).do("list_collections"))


def reached(settings: Settings) -> server.Server:
    assert isinstance(settings.index, MilvusAddress)
    return connect(settings.index, "")


@lite
@pytest.mark.parametrize(
    "method", ["create_collection", "upsert", "flush", "create_index", "load_collection", "query", "search"]
)
def test_whatever_fails_in_milvus_the_index_in_use_stays(
    milvus: Settings, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    before, there = store_of(milvus).current(), collections(milvus)
    do = server.Server.do

    def fail(self: server.Server, called: str, *given: object, **named: object) -> object:
        if called == method and "_2" in str(given) and not any(before in str(one) for one in given):
            raise StoreError("the network is down")
        return do(self, called, *given, **named)

    monkeypatch.setattr(server.Server, "do", fail)
    with pytest.raises(StoreError, match="network"):
        store_of(milvus).save(make_index(make_article("Neu.")), {}, [], Changes())
    monkeypatch.undo()
    assert store_of(milvus).current() == before and collections(milvus) == there


@lite
def test_what_a_graph_misses_of_the_candidates_is_fetched(milvus: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "EXACT_ROWS", 10)
    built, found = saved(milvus, *articles())
    generation, _ = store_of(milvus).manifest()
    described = reached(milvus).do("describe_index", f"belegt_articles_{generation}_sentences", "vector")
    assert described["index_type"] == "HNSW"
    vector = LetterEmbedder().embed_question("Wie lange regnet es auf die Brücke?")
    one, other = (index.candidates({"bericht": 1.0}, {}, vector, Filter(), 100) for index in (built, found))
    expected = {row: one.cosines_of(at) for at, row in enumerate(one.rows.tolist())}
    assert set(other.rows.tolist()) <= expected.keys() and len(other.rows) > 10
    for at, row in enumerate(other.rows.tolist()):
        np.testing.assert_allclose(other.cosines_of(at), expected[row], atol=1e-5)


@lite
def test_a_generation_that_does_not_find_what_was_built_never_comes_into_use(
    milvus: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = store_of(milvus).current()
    monkeypatch.setattr(layout, "weighed", lambda rows, k1, b: ({} for _ in rows))
    with pytest.raises(IndexDamaged, match=r"does not find a\.txt at 0"):
        build(milvus, LetterEmbedder(), no_progress, full=True)
    assert store_of(milvus).current() == before


@lite
def test_what_a_killed_build_left_goes_with_the_next_and_other_indexes_stay(milvus: Settings) -> None:
    left, foreign = (
        "belegt_articles_20200101T000000_000000_passages",
        "belegt_articlesx_20200101T000000_000000_passages",
    )
    for name in (left, foreign):
        reached(milvus).create(name, layout.schema("names", 2))
    build(milvus, LetterEmbedder(), no_progress, full=True)
    assert left not in collections(milvus) and foreign in collections(milvus)
    assert len(collections(milvus)) == 2 * len(layout.PARTS) + 1


@lite
def test_a_reader_whose_generation_is_dropped_reads_the_newest(
    milvus: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = MilvusStore._open

    def overtaken(self: MilvusStore, at: server.Server, generation: str) -> Index:
        monkeypatch.setattr(MilvusStore, "_open", opened)
        for _ in range(2):
            build(milvus, LetterEmbedder(), no_progress, full=True)
        return self._open(at, generation)

    monkeypatch.setattr(MilvusStore, "_open", overtaken)
    assert len(store_of(milvus).index().articles) == 2


@lite
def test_rows_that_are_lost_are_missed(milvus: Settings) -> None:
    generation, _ = store_of(milvus).manifest()
    reached(milvus).do("delete", f"belegt_articles_{generation}_sentences", ids=[1])
    with pytest.raises(IndexDamaged, match="holds 1 sentences"):
        store_of(milvus).check()
    build(milvus, LetterEmbedder(), no_progress)
    assert store_of(milvus).check().sentences == 2


@lite
def test_a_damaged_generation_does_not_take_the_place_of_the_good_one_before(milvus: Settings) -> None:
    place = store_of(milvus)
    (milvus.articles / "c.txt").write_text("Neu ist dieser Satz.", encoding="utf-8")
    build(milvus, LetterEmbedder(), no_progress)
    good = place.manifest()[1].built, place.roll_back().articles  # two articles, and three to come back to
    damaged = place.current()
    reached(milvus).do("delete", f"belegt_articles_{damaged}_sentences", ids=[1])
    build(milvus, LetterEmbedder(), no_progress, full=True)
    assert damaged not in " ".join(collections(milvus))
    assert place.roll_back().built == good[0] and place.check().articles == 3


@lite
def test_without_the_one_before_the_newest_whole_one_is_gone_back_to(
    milvus: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, point = store_of(milvus), server.Server.point
    first = place.current()

    def killed(self: server.Server, alias: str, collection: str) -> None:
        point(self, alias, collection)
        raise Stopped

    monkeypatch.setattr(server.Server, "point", killed)
    with pytest.raises(Stopped):
        build(milvus, LetterEmbedder(), no_progress, full=True)
    monkeypatch.undo()
    assert place.current() == first
    place.roll_back()
    assert place.current() < first and place.check().articles == 2


@lite
def test_what_cannot_be_dropped_keeps_nothing_else(milvus: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    there, do = collections(milvus), server.Server.do
    stuck = min(there)

    def fail(self: server.Server, called: str, *given: object, **named: object) -> object:
        if called == "drop_collection" and given[0] == stuck:
            raise StoreError("it is in use")
        return do(self, called, *given, **named)

    monkeypatch.setattr(server.Server, "do", fail)
    for _ in range(2):
        build(milvus, LetterEmbedder(), no_progress, full=True)
    assert collections(milvus) & there == {stuck}


@lite
def test_an_index_of_another_layout_is_refused_and_can_be_built_anew(
    milvus: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "LAYOUT", 999)
    with pytest.raises(IndexMismatch, match="layout 2, this version reads 999"):
        store_of(milvus).index()
    build(milvus, LetterEmbedder(), no_progress)
    store_of(milvus).index()


@lite
def test_what_is_in_the_file_is_there_when_it_is_opened_again(milvus: Settings) -> None:
    generation = store_of(milvus).current()
    assert isinstance(milvus.index, MilvusAddress)
    close(Path(milvus.index.uri))
    assert store_of(milvus).current() == generation
    assert [article.id for article in store_of(milvus).index().articles] == ["a.txt", "b.txt"]


@lite
def test_a_full_build_of_the_same_files_tells_no_change_also_by_another_process(milvus: Settings) -> None:
    assert isinstance(milvus.index, MilvusAddress)
    close(Path(milvus.index.uri))
    assert build(milvus, LetterEmbedder(), no_progress, full=True).changes == Changes()


@lite
def test_where_the_files_of_the_index_in_use_cannot_be_known_it_can_be_built_anew(
    milvus: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(self: MilvusStore) -> list[Source]:
        raise StoreError("the network is down")

    monkeypatch.setattr(MilvusStore, "sources", offline)
    with pytest.raises(StoreError, match="network"):
        build(milvus, LetterEmbedder(), no_progress, full=True)
    monkeypatch.undo()
    assert isinstance(milvus.index, MilvusAddress)
    facts = f"belegt_articles_{store_of(milvus).current()}_facts"
    close(Path(milvus.index.uri))
    for file in (Path(milvus.index.uri) / "collections" / facts).rglob("*.parquet"):
        file.write_bytes(b"")
    with pytest.raises(IndexDamaged, match="run `rag build`"):
        store_of(milvus).sources()
    assert build(milvus, LetterEmbedder(), no_progress, full=True).changes.added == ("a.txt", "b.txt")
    assert facts not in collections(milvus)


@lite
def test_a_file_that_another_process_has_open_is_busy(milvus: Settings, tmp_path: Path) -> None:
    from filelock import FileLock

    assert isinstance(milvus.index, MilvusAddress)
    close(Path(milvus.index.uri))
    with FileLock(Path(milvus.index.uri) / "LOCK"), pytest.raises(IndexBusy, match="another process"):
        store_of(milvus).index()


@lite
@pytest.mark.parametrize(
    ("at", "reason"),
    [
        ("garbage.db", "is no file of Milvus Lite"),
        ("garbage.db/x.db", "cannot be made"),
        ("closed.db", "is damaged or cannot be written"),
    ],
)
def test_a_file_that_cannot_be_opened_is_not_said_to_be_in_use(
    small: Settings, tmp_path: Path, at: str, reason: str
) -> None:
    (tmp_path / "garbage.db").write_text("garbage", encoding="utf-8")
    (tmp_path / "closed.db" / "LOCK").mkdir(parents=True)
    place = place_of(f"milvus://{tmp_path}/{at}")
    with pytest.raises(StoreError, match=rf"{at} {reason}.*--index|{at} cannot be opened, as it {reason}") as raised:
        build(small.model_copy(update={"index": place}), LetterEmbedder(), no_progress)
    assert not isinstance(raised.value, IndexBusy)


@lite
def test_a_full_disk_is_said_with_the_remedy(milvus: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from pymilvus.exceptions import MilvusException

    class Full:
        def upsert(self, *_: object) -> None:
            raise MilvusException(message="[Errno 28] No space left on device")

    assert isinstance(milvus.index, MilvusAddress)
    with pytest.raises(StoreError, match=r"failed to upsert: .*: free some space"):
        server.Server(milvus.index, Full()).do("upsert", "x", [])


@lite
def test_a_server_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "CONNECT_SECONDS", 0.5)
    with pytest.raises(StoreError, match=r"milvus://127\.0\.0\.1:9/news cannot be reached .*RAG_INDEX") as raised:
        store_of(load_settings(index="milvus://127.0.0.1:9/news")).index()
    assert "\n" not in str(raised.value)


def test_without_pymilvus_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pymilvus", None)
    connect.cache_clear()
    with pytest.raises(StoreError, match=r"pip install '\.\[milvus\]'"):
        store_of(load_settings(index="milvus://localhost:19530/news")).index()


def test_addresses_are_read() -> None:
    assert place_of("index") == Path("index")
    address = place_of("milvus+tls://host:19530/news_2")
    assert isinstance(address, MilvusAddress)
    assert (address.uri, address.name, address.is_file) == ("https://host:19530", "news_2", False)
    file = place_of("milvus:///tmp/x.db")
    assert isinstance(file, MilvusAddress)
    assert (file.uri, file.is_file, str(file)) == ("/tmp/x.db", True, "milvus:///tmp/x.db")


def test_each_index_keeps_its_conversations_apart() -> None:
    kept = {
        "/": Path("/-data"),
        "news": Path("news-data").absolute(),
        "milvus:///srv/press.db": Path("/srv/press.db-data"),
        "milvus://host:19530/wire": Path("wire-data").absolute(),
    }
    assert {index: load_settings(index=index).data_folder for index in kept} == kept
    assert load_settings(index="milvus:///srv/press.db", data="there").data_folder == Path("there")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("milvus://host:19530", "NAME"),
        ("milvus://host:19530/a-b", "NAME"),
        ("milvus://host:19530/a/b", "NAME"),
        ("milvus:///tmp/x", "FILE.db"),
        ("milvus:x.db", "FILE.db"),
        ("milvus://host:99999/news", "[Pp]ort"),
        ("milvus://host:abc/news", "[Pp]ort"),
        ("milvus://me:secret@host/news", "RAG_MILVUS_TOKEN"),
    ],
)
def test_addresses_that_are_none_are_refused(address: str, reason: str) -> None:
    with pytest.raises(SettingsError, match=reason):
        load_settings(index=address)


def test_bm25_weights_are_those_of_the_local_index() -> None:
    rows = [["hund", "katze", "hund"], [], ["katze"], ["maus", "hund", "katze", "katze"]]
    local = WordIndex.build(rows, 0.9, 0.4)
    weighed = list(layout.weighed(rows, 0.9, 0.4))
    for term in ("hund", "katze", "maus"):
        assert [row.get(term, 0.0) for row in weighed] == pytest.approx(
            local.rank({term: 1.0}).scores.tolist(), rel=1e-5
        )


def test_dimensions_are_what_milvus_takes_and_never_change() -> None:
    assert list(map(layout.dimension, ("hund", "_köl", ""))) == [537448394, 2084845762, 309448486]
    assert all(1 <= layout.dimension(str(number)) <= 2**32 - 2 for number in range(1000))
