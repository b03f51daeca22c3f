"""Who wrote it, when it appeared, what its picture shows: only that block of the article meant says so."""

import pytest

from rag.pieces import OfPiece, asked_of_pieces
from rag.reading.drafting import Draft, Part, assemble
from rag.records import Answer, BlockKind, Hit, Language, Outcome, Question
from rag.rendering import answer_text
from rag.small_print import KINDS, MOST, small_print
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
    assert KINDS.keys() == set(OfPiece)


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
