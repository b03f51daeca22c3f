"""Who wrote it, when it appeared, what its picture shows: only that block of the article meant says so."""

from dataclasses import replace
from datetime import date
from time import perf_counter

import pytest

from rag.pieces import OfPiece, asked_of_pieces
from rag.reading.drafting import Draft, Part, assemble
from rag.records import Answer, BlockKind, Filter, Hit, Language, Outcome, Question
from rag.rendering import answer_text
from rag.small_print import KINDS, MOST, of_cited, small_print
from tests.conftest import make_article
from tests.test_answering import FAIR, STRONG, hit, signed


def answer_to(asked: str, hits: list[Hit], searched: int = 0, language: Language = "de") -> Answer:
    of_piece = asked_of_pieces(asked, language, [one.passage.article.title or "" for one in hits])
    assert of_piece is not None
    return small_print(Question(asked, asked, language), hits, of_piece, searched)


def test_who_wrote_it_and_when_is_answered_by_byline_and_date_alone() -> None:
    article = signed("a.txt", "taz")
    hits = [hit(article, ("Es regnet.", STRONG))]
    by = answer_to("Wer hat den Artikel über den Regen geschrieben?", hits)
    assert [sentence.text for sentence in by.sentences] == ["Anna Beer"]
    when = answer_to("Wann erschien der Artikel über den Regen?", hits)
    assert [citation.quote.kind for citation in when.citations] == [BlockKind.DATE]


def test_an_article_without_byline_has_no_author_whoever_signed_the_others() -> None:
    bare = make_article("Regen in Rom.", name="a.txt")
    hits = [hit(signed("b.txt", "taz"), ("Es regnet.", STRONG)), hit(bare, ("Regen in Rom.", FAIR), score=2.0)]
    answer = answer_to("Wer hat den Artikel über den Regen in Rom geschrieben?", hits)
    assert answer.outcome is Outcome.NOT_FOUND


def test_meant_is_the_article_that_holds_most_of_the_subject() -> None:
    other = assemble("b.txt", Draft([Part(BlockKind.BODY, "Regen in Rom."), Part(BlockKind.BYLINE, "Carl Dorn")]))
    hits = [hit(signed("a.txt", "taz"), ("Es regnet.", STRONG)), hit(other, ("Regen in Rom.", FAIR), score=2.0)]
    answer = answer_to("Wer hat den Artikel über den Regen in Rom geschrieben?", hits)
    assert [sentence.text for sentence in answer.sentences] == ["Carl Dorn"]


def test_an_article_the_question_is_not_about_is_nobodys_work() -> None:
    hits = [hit(signed("a.txt", "taz"), ("Es regnet.", FAIR))]
    answer = answer_to("Wer hat den Artikel über die Quantenphysik geschrieben?", hits)
    assert answer.outcome is Outcome.NOT_FOUND


def test_an_article_without_byline_gives_way_to_one_that_holds_as_much_of_the_question() -> None:
    bare = make_article("Regen und Regen.", name="a.txt")
    hits = [hit(bare, ("Regen und Regen.", STRONG)), hit(signed("b.txt", "taz"), ("Es regnet.", FAIR), score=2.0)]
    answer = answer_to("Wer hat den Artikel über den Regen geschrieben?", hits)
    assert [citation.quote.article.id for citation in answer.citations] == ["b.txt"]


@pytest.mark.parametrize(("subject", "written"), [("rain", Outcome.ANSWERED), ("the moon", Outcome.NOT_FOUND)])
def test_an_article_in_the_other_language_is_known_by_translations(subject: str, written: Outcome) -> None:
    asked = f"Who wrote the article about {subject}?"
    hits = [hit(signed("a.txt", "taz"), ("Es regnet.", FAIR))]
    assert answer_to(asked, hits, language="en").outcome is written


def test_the_host_of_a_teaser_is_not_credited_behind_another_article() -> None:
    parts = [Part(BlockKind.TEASER, "Regen in Rom\nEs regnet in Rom."), Part(BlockKind.BYLINE, "Anna Beer")]
    host = assemble("h.txt", Draft(parts, publisher="taz"))
    hits = [hit(make_article("Regen in Rom. Es goss."), ("Es goss.", STRONG)), hit(host, ("Regen in Rom", STRONG))]
    answer = answer_to("Wer hat den Artikel über den Regen in Rom geschrieben?", hits)
    assert answer.outcome is Outcome.NOT_FOUND


def test_small_print_is_quoted_within_bounds() -> None:
    parts = [Part(BlockKind.BODY, "Es regnet oft."), *(Part(BlockKind.CAPTION, f"Regen {n}") for n in range(12))]
    hits = [hit(assemble("a.txt", Draft(parts)), ("Es regnet oft.", STRONG))]
    answer = answer_to("Was zeigt das Foto im Artikel über den Regen?", hits)
    assert len(answer.citations) == MOST


def test_a_teaser_that_holds_nothing_asked_for_hides_no_article() -> None:
    article = signed("a.txt", "taz")
    parts = [Part(BlockKind.TEASER, "Wahl in Rom"), Part(BlockKind.BYLINE, "Anna Beer")]
    other = assemble("b.txt", Draft(parts, publisher="taz"))
    hits = [hit(other, ("Wahl in Rom", STRONG)), hit(article, ("Es regnet.", FAIR), score=2.0)]
    answer = answer_to("Wer hat den Artikel über den Regen geschrieben?", hits)
    assert {citation.quote.article.id for citation in answer.citations} == {"a.txt"}


def test_the_host_of_a_teaser_did_not_write_what_it_teases() -> None:
    parts = [Part(BlockKind.TEASER, "Regen in Rom\nEs regnet in Rom."), Part(BlockKind.BYLINE, "Anna Beer")]
    article = assemble("a.txt", Draft(parts, publisher="taz"))
    hits = [hit(article, ("Regen in Rom", STRONG))]
    answer = answer_to("Wer hat den Artikel über den Regen in Rom geschrieben?", hits)
    assert answer.outcome is Outcome.NOT_FOUND


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("Wer hat den taz-Artikel geschrieben?", Outcome.ANSWERED),
        ("Wer hat den taz-Artikel über den Regen geschrieben?", Outcome.ANSWERED),
        ("Wer hat den taz-Artikel über den Mond geschrieben?", Outcome.NOT_FOUND),
        ("Wer hat den taz-Bericht zur Mondlandung über Nacht geschrieben?", Outcome.NOT_FOUND),
        ("Wer hat den taz-Artikel „Flug zum Mond“ geschrieben?", Outcome.NOT_FOUND),
    ],
)
def test_the_only_article_searched_is_meant_unless_another_subject_is_named(asked: str, written: Outcome) -> None:
    hits = [hit(signed("a.txt", "taz"), ("Es regnet.", FAIR))]
    assert answer_to(asked, hits, searched=1).outcome is written
    if "über" not in asked:
        assert answer_to(asked, hits, searched=2).outcome is Outcome.NOT_FOUND


def test_small_print_of_several_articles_is_quoted_where_several_are_meant() -> None:
    hits = [hit(signed("a.txt", "taz"), ("Es regnet.", FAIR)), hit(signed("b.txt", "taz"), ("Es regnet.", FAIR))]
    asked = "Wann sind die beiden taz-Artikel erschienen?"
    answer = answer_to(asked, hits, searched=2)
    assert [citation.quote.article.id for citation in answer.citations] == ["a.txt", "b.txt"]
    assert answer_to(asked, hits, searched=50).outcome is Outcome.NOT_FOUND


def test_what_small_print_is_asked_of_has_a_kind_of_block() -> None:
    assert {*KINDS, OfPiece.PUBLISHER} == set(OfPiece)


def test_tags_are_quoted_as_one_and_a_headline_by_itself() -> None:
    parts = [Part(BlockKind.TITLE, "Regen"), Part(BlockKind.BODY, "Es regnet oft.")]
    article = assemble("a.txt", Draft([*parts, Part(BlockKind.TAGS, "Wetter"), Part(BlockKind.TAGS, "Rom")]))
    hits = [hit(article, ("Es regnet oft.", STRONG))]
    tags = answer_to("Welche Schlagwörter trägt der Artikel über den Regen?", hits)
    assert [sentence.text for sentence in tags.sentences] == ["Wetter\n\nRom"]
    assert answer_text(tags) == "Schlagwörter: Wetter · Rom [1]"
    headed = answer_to("Welche Überschrift trägt der Artikel über den Regen?", hits)
    assert [citation.quote.kind for citation in headed.citations] == [BlockKind.TITLE]


def test_who_took_a_picture_is_told_by_a_caption_that_names_its_source() -> None:
    def quoted(caption: str, asked: str) -> list[str]:
        parts = [
            Part(BlockKind.TITLE, "Regen"),
            Part(BlockKind.CAPTION, caption),
            Part(BlockKind.BODY, "Es regnet oft."),
        ]
        hits = [hit(assemble("a.txt", Draft(parts)), ("Es regnet oft.", STRONG))]
        return [sentence.text for sentence in answer_to(asked, hits).sentences]

    credited = "Regen in Rom (Foto: Ada Sommer/dpa)"
    assert quoted(credited, "Wer hat das Foto zum Artikel über den Regen gemacht?") == [credited]
    assert quoted("Regen in Rom", "Wer hat das Foto zum Artikel über den Regen gemacht?") == []
    assert quoted("Regen in Rom", "Was zeigt das Foto zum Artikel über den Regen?") == ["Regen in Rom"]


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("In welcher Zeitung steht der Artikel über den Regen?", "de"),
        ("Wo ist der Bericht über den Regen erschienen?", "de"),
        ("Welche Zeitung hat den Artikel über den Regen gebracht?", "de"),
        ("Wer hat den Artikel über den Regen veröffentlicht?", "de"),
        ("Woher stammt der Artikel über den Regen?", "de"),
        ("Which paper ran the story about the rain?", "en"),
        ("What paper is the article about rain from?", "en"),
        ("In which newspaper did the article about rain appear?", "en"),
        ("Where was the article about the rain published?", "en"),
    ],
)
def test_where_it_appeared_is_told_by_its_title_with_its_source(asked: str, language: Language) -> None:
    unsourced = make_article("Regen in Rom.", name="a.txt")
    hits = [hit(unsourced, ("Regen in Rom.", STRONG)), hit(signed("b.txt", "taz"), ("Es regnet.", FAIR), score=2.0)]
    answer = answer_to(asked, hits, language=language)
    assert [citation.quote.kind for citation in answer.citations] == [BlockKind.TITLE]
    assert "(taz)" in answer_text(answer)


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("Which newspaper did Merz give an interview to?", "en"),
        ("Which magazine was first to report on the plans?", "en"),
        ("Wo steht der Präsident nach dem Treffen?", "de"),
        ("How long did it take Merz to read the report?", "en"),
        ("Welche Zeitung kritisiert er in seinem Bericht?", "de"),
        ("Wer hat den Bericht veröffentlicht?", "de"),
        ("Who published the report?", "en"),
        ("Woher kommt das Geld laut Artikel?", "de"),
        ("Wo steht im Artikel, dass Merz kommt?", "de"),
        ("Wo steht der Autor des Artikels politisch?", "de"),
        ("Wo ist laut Artikel das Buch erschienen?", "de"),
        ("Von welcher Quelle stammt die Zahl im Artikel?", "de"),
        ("Where does the article say the money comes from?", "en"),
        ("Where is the man in the story from?", "en"),
        ("Which source does the article quote from?", "en"),
    ],
)
def test_papers_and_places_that_the_news_tell_of_are_nobodys_source(asked: str, language: Language) -> None:
    assert asked_of_pieces(asked, language) not in (OfPiece.PUBLISHER, OfPiece.READING)


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("Wie lang ist die Lesedauer des Artikels über den Regen?", "de"),
        ("Wie lange braucht man, um den Artikel über den Regen zu lesen?", "de"),
        ("What is the reading time of the article about the rain?", "en"),
        ("How long is the article about the rain to read?", "en"),
    ],
)
def test_how_long_it_takes_to_read_is_told_by_that_line_alone(asked: str, language: Language) -> None:
    parts = [Part(BlockKind.PROMO, "Mehr zum Thema"), Part(BlockKind.PROMO, "Lesedauer: 4 Min.")]
    article = assemble("a.txt", Draft([*parts, Part(BlockKind.BODY, "Der Regen kommt.")]))
    answer = answer_to(asked, [hit(article, ("Der Regen kommt.", STRONG))], language=language)
    assert [sentence.text for sentence in answer.sentences] == ["Lesedauer: 4 Min."]


def test_what_is_asked_of_articles_is_told_in_time() -> None:
    started = perf_counter()
    for language, form in (("en", "how long article "), ("en", "where is the article "), ("de", "wo ist der Artikel ")):
        assert asked_of_pieces((form * 1000)[:8000], language) is None
    assert perf_counter() - started < 5


def test_of_two_that_hold_as_much_of_the_subject_the_one_is_meant_whose_title_holds_more() -> None:
    def written(name: str, title: str, author: str) -> Hit:
        body = "Der Regen in Rom kam am Abend."
        kinds = {BlockKind.TITLE: title, BlockKind.BODY: body, BlockKind.BYLINE: author}
        return hit(assemble(name, Draft([Part(kind, text) for kind, text in kinds.items()])), (body, STRONG))

    hits = [written("a.txt", "Abend", "Anna Beer"), written("b.txt", "Regen in Rom", "Carl Dorn")]
    answer = answer_to("Wer hat den Artikel über den Regen in Rom geschrieben?", hits)
    assert [sentence.text for sentence in answer.sentences] == ["Carl Dorn"]
    answer = answer_to("Wer hat die beiden Artikel über den Regen in Rom geschrieben?", hits)
    assert [sentence.text for sentence in answer.sentences] == ["Anna Beer", "Carl Dorn"]


def test_which_of_a_papers_articles_is_meant_does_not_matter_where_all_say_the_same() -> None:
    asked = "Wer hat den taz-Artikel geschrieben?"
    hits = [hit(signed(name, "taz"), ("Es regnet.", STRONG)) for name in ("a.txt", "b.txt")]

    def answered(hits: list[Hit], filter: Filter, searched: int = 2) -> list[str]:
        question = Question(asked, asked, "de", filter=filter)
        return [one.text for one in small_print(question, hits, OfPiece.AUTHOR, searched).sentences]

    of_taz = Filter(publisher="taz")
    assert answered(hits, of_taz) == ["Anna Beer", "Anna Beer"]
    assert answered(hits, Filter()) == answered(hits, of_taz, searched=3) == []
    other = assemble("c.txt", Draft([Part(BlockKind.BODY, "Es regnet."), Part(BlockKind.BYLINE, "Carl Dorn")]))
    assert answered([hits[0], hit(other, ("Es regnet.", STRONG))], of_taz) == []


def test_what_only_its_file_tells_of_an_article_stands_beside_its_title() -> None:
    parts = [Part(BlockKind.TITLE, "Regen"), Part(BlockKind.BODY, "Es regnet.")]
    article = assemble("a.txt", Draft(parts, publisher="taz", authors=("Anna Beer",), published=date(2024, 3, 4)))
    for asked in ("Wer hat den Artikel über den Regen geschrieben?", "Wann erschien der Artikel über den Regen?"):
        answer = answer_to(asked, [hit(article, ("Es regnet.", STRONG))])
        assert answer_text(answer) == "Regen [1] (taz · 4. März 2024 · Anna Beer)"
    bare = assemble("b.txt", Draft(parts))
    assert not answer_to("Wann erschien der Artikel über den Regen?", [hit(bare, ("Es regnet.", STRONG))]).supported


def test_of_what_was_cited_it_is_told_of_one_by_its_block_of_several_by_their_titles() -> None:
    asked = Question("Wer hat das geschrieben?", "Wer hat das geschrieben?", "de")
    one, other = signed("a.txt", "taz"), replace(signed("b.txt", "dpa"), authors=())
    said = [citation.quote.text for citation in of_cited([one], asked, [], OfPiece.AUTHOR).citations]
    assert said == ["Anna Beer"]
    told = of_cited([replace(one, authors=("Anna Beer",)), other], asked, [], OfPiece.AUTHOR)
    assert [citation.quote.kind for citation in told.citations] == [BlockKind.TITLE]
    assert not of_cited([other], asked, [], OfPiece.CREDIT).supported
