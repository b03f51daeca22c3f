"""Answers are made of the best sentences, each with its proof."""

from dataclasses import replace

import pytest

from rag.answering import MAX_SENTENCES, NEAREST, ExtractiveWriter, windows
from rag.focus import Asked
from rag.reading.drafting import Draft, Part, assemble
from rag.records import Answer, Article, BlockKind, Confidence, Evidence, Hit, Outcome, Passage, Question
from rag.rendering import answer_text
from rag.rendering.proof import confidence_line
from rag.rendering.text import differing_sources
from rag.retrieval import Retriever
from rag.scoring import (
    ANSWER_SIGNS,
    ANSWER_WEIGHTS,
    READ_WEIGHTS,
    SENTENCE_SIGNS,
    SENTENCE_WEIGHTS,
    answer_signs,
    log_odds,
    rank_sentences,
)
from tests.conftest import NAMED, LetterEmbedder, make_article, make_index

STRONG = {"words": 1.0, "grams": 1.0, "meaning": 1.6}
FAIR = {"words": 0.6, "grams": 0.7, "meaning": 1.2}
WEAK = {"words": 0.0, "grams": 0.05, "meaning": 0.0}


def hit(article: Article, *evidence: tuple[str, dict[str, float]], score: float = 3.0) -> Hit:
    """A hit on the whole article, with the evidence given for some of its sentences."""
    found = []
    for text, shares in evidence:
        start = article.text.index(text)
        found.append(Evidence(Passage(article, start, start + len(text)), **shares))
    return Hit(Passage(article, 0, len(article.text)), score, 1, 1, 1, tuple(found))


def question(text: str) -> Question:
    return Question(text, text, "de")


HOW_MANY = question("Wie viele Länder wollen sich an der Truppe beteiligen?")

A = make_article("26 Länder stellen Truppen. Der Himmel ist blau. Es regnet oft. Die Zeit vergeht.", name="a.txt")
B = make_article("26 Länder stellen Truppen! Polen schweigt.", name="b.txt")


def test_the_best_sentence_comes_first_with_its_citation_and_focus() -> None:
    hits = [hit(A, ("Der Himmel ist blau.", FAIR), ("26 Länder stellen Truppen.", STRONG))]
    answer = ExtractiveWriter(60).write(question("Wie viele Länder stellen Truppen?"), hits)
    assert answer.outcome is Outcome.ANSWERED
    assert answer.sentences[0].text == "26 Länder stellen Truppen."
    assert answer.sentences[0].citations == (1,)
    first = answer.citations[0]
    assert first.focus is not None
    assert A.text[slice(*first.focus)].startswith("26")


def test_a_sentence_said_twice_is_said_once_with_both_proofs() -> None:
    hits = [
        hit(A, ("26 Länder stellen Truppen.", STRONG)),
        hit(B, ("26 Länder stellen Truppen!", STRONG), ("Polen schweigt.", STRONG), score=2.9),
    ]
    answer = ExtractiveWriter(60).write(question("Wie viele Länder stellen Truppen?"), hits)
    assert [sentence.citations for sentence in answer.sentences] == [(1, 2), (3,)]
    assert [citation.quote.article.id for citation in answer.citations] == ["a.txt", "b.txt", "b.txt"]


def test_the_words_aimed_at_bound_the_answer_but_one_sentence_always_stands() -> None:
    article = make_article("26 Länder stellen Truppen. 26 Staaten stellen Soldaten. 26 Nationen sagten Hilfe zu.")
    near = [("26 Staaten stellen Soldaten.", STRONG), ("26 Nationen sagten Hilfe zu.", STRONG)]
    hits = [hit(article, ("26 Länder stellen Truppen.", STRONG), *near)]
    asked = question("Wie viele Länder stellen Truppen?")
    assert len(ExtractiveWriter(1).write(asked, hits).sentences) == 1
    assert len(ExtractiveWriter(8).write(asked, hits).sentences) == 2
    assert len(ExtractiveWriter(60).write(asked, hits).sentences) == 3


def test_an_article_that_tells_of_what_is_asked_of_leads() -> None:
    there = make_article("Ein Zug entgleiste in Celle. Der Schaden beträgt 20.000 Euro.", name="celle.txt")
    elsewhere = make_article("Ein Zug entgleiste in Peine. Der Schaden beträgt 65.000 Euro.", name="peine.txt")
    hits = [
        hit(elsewhere, ("Der Schaden beträgt 65.000 Euro.", STRONG)),
        hit(there, ("Der Schaden beträgt 20.000 Euro.", STRONG), score=2.9),
    ]
    asked = question("Wie hoch ist der Schaden in celle?")
    ours = ExtractiveWriter(60).write(asked, hits, telling=["celle"])
    assert [one.quote.article.id for one in ours.citations] == ["celle.txt", "peine.txt"]
    unknown = ExtractiveWriter(60).write(asked, hits, telling=["Verden"])
    assert [one.quote.article.id for one in unknown.citations] == ["peine.txt", "celle.txt"]


@pytest.mark.parametrize(
    ("meaning", "confidence"), [(1.6, Confidence.STRONG), (0.8, Confidence.MODERATE), (-0.2, Confidence.WEAK)]
)
def test_the_less_sure_an_answer_is_the_more_it_quotes(meaning: float, confidence: Confidence) -> None:
    texts = [f"{count} Länder stellen Truppen für den Plan {count}." for count in range(21, 28)]
    evidence = [(text, {"words": 0.6, "grams": 0.7, "meaning": meaning}) for text in texts]
    hits = [hit(make_article(" ".join(texts)), *evidence)]
    answer = ExtractiveWriter(100).write(question("Wie viele Länder stellen Truppen?"), hits)
    assert answer.confidence is confidence
    assert len(answer.sentences) == MAX_SENTENCES[confidence]


def test_an_answer_is_not_padded_with_what_comes_far_behind() -> None:
    hits = [hit(A, ("26 Länder stellen Truppen.", STRONG), ("Es regnet oft.", WEAK), ("Die Zeit vergeht.", WEAK))]
    answer = ExtractiveWriter(60).write(question("Wie viele Länder stellen Truppen?"), hits)
    assert [sentence.text for sentence in answer.sentences] == ["26 Länder stellen Truppen."]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Im Herbst wird Berlin Soldaten schicken.", "Im Herbst wird Berlin keine Soldaten schicken."),
        ("Bei dem Angriff in der Nacht starben 17 Menschen.", "Bei dem Angriff in der Nacht starben 23 Menschen."),
        (
            "Die Zahl ist im Juli nach Angaben des Amtes gestiegen.",
            "Die Zahl ist im Juli nach Angaben des Amtes gesunken.",
        ),
        ("Russland hat die Ukraine angegriffen.", "Die Ukraine hat Russland angegriffen."),
    ],
)
def test_what_contradicts_is_no_further_proof(one: str, other: str) -> None:
    first, second = make_article(one, name="a.txt"), make_article(other, name="b.txt")
    hits = [hit(first, (one, STRONG)), hit(second, (other, STRONG))]
    answer = ExtractiveWriter(60).write(question("Was geschah?"), hits)
    assert [sentence.citations for sentence in answer.sentences] == [(1,), (2,)]


def test_weak_evidence_is_no_answer_and_the_hits_stay() -> None:
    hits = [hit(A, ("Der Himmel ist blau.", WEAK))]
    answer = ExtractiveWriter(60).write(question("Wer gewann die Meisterschaft im Schach?"), hits)
    assert answer.outcome is Outcome.NOT_FOUND
    assert not answer.supported
    assert answer.sentences == answer.citations == ()
    assert answer.hits == tuple(hits)


def test_nothing_found_is_no_answer() -> None:
    assert ExtractiveWriter(60).write(question("Was?"), []).outcome is Outcome.NOT_FOUND


def test_the_passages_are_shown_by_their_best_sentence() -> None:
    hits = [
        hit(A, ("Der Himmel ist blau.", WEAK)),
        hit(make_article("Nichts hiervon.", name="c.txt"), score=2.9),
        hit(B, ("Polen schweigt.", STRONG), score=2.8),
    ]
    answer = ExtractiveWriter(60).write(question("Was tut Polen?"), hits)
    assert answer.hits == (hits[2], hits[0], hits[1])


def test_equal_sentences_keep_the_order_of_their_hits() -> None:
    hits = [hit(A, ("Es regnet oft.", FAIR)), hit(B, ("Polen schweigt.", FAIR))]
    ranked = rank_sentences(hits, Asked.OTHER, "")
    assert [scored.evidence.quote.text for scored in ranked] == ["Es regnet oft.", "Polen schweigt."]


def test_names_that_stand_nowhere_near_speak_against_an_answer() -> None:
    ranked = rank_sentences([hit(A, ("Es regnet oft.", FAIR))], Asked.OTHER, "")
    assert log_odds(ranked, ["Orbán"]) < log_odds(ranked, ["Orbán", "Regnet"]) < log_odds(ranked, [])
    spelled = replace(ranked[0].evidence, matches=(("Zelensky", "Selenskyj"),))
    near = replace(ranked[0], hit=replace(ranked[0].hit, evidence=(spelled,)))
    assert log_odds([near], ["Zelensky"]) == log_odds([near], []), "named, if in another spelling"


def test_what_names_somebody_unknown_is_answered_only_if_all_else_speaks_for_it() -> None:
    asked, texts = question("Wie viele Länder stellen Truppen?"), ("26 Länder stellen Truppen.", "Es regnet oft.")
    weak = [hit(A, *((text, {"words": 0.6, "grams": 0.7, "meaning": 0.1}) for text in texts))]
    assert ExtractiveWriter(60).write(asked, weak).supported
    assert not ExtractiveWriter(60).write(asked, weak, strange=True).supported


def test_a_refusal_that_may_be_wrong_says_so_and_shows_what_comes_nearest() -> None:
    asked = question("Wie viele Länder stellen Truppen?")
    texts = ("Es regnet oft.", "26 Länder stellen Truppen.", "Der Himmel ist blau.", "Die Zeit vergeht.")

    def refused(others: float, strange: bool = False) -> Answer:
        first, other = FAIR | {"grams": 0.5, "meaning": -0.5}, WEAK | {"meaning": others}
        found = hit(A, *((text, first if text.startswith("26") else other) for text in texts))
        hits = [replace(found, word_rank=2, gram_rank=2, meaning_rank=2)]
        answer = ExtractiveWriter(60).write(asked, hits, strange=strange)
        assert not answer.supported and len(answer.nearest) == NEAREST
        assert answer.nearest[0].text == "26 Länder stellen Truppen."
        return answer

    near, far = refused(0.0), refused(-3.0)
    assert near.unsure and not far.unsure and not refused(0.27, strange=True).unsure
    assert answer_text(near).startswith("Ob das in den Artikeln steht, ist unsicher.")
    assert answer_text(near).endswith("Am nächsten kommt: „26 Länder stellen Truppen.“")
    assert answer_text(far).startswith("Das steht nicht in den Artikeln.") and "26" not in answer_text(far)
    assert confidence_line(near) != confidence_line(far)


def test_a_first_sentence_without_the_kind_of_thing_asked_for_speaks_against_an_answer() -> None:
    found = [hit(A, ("Es regnet oft.", FAIR))]
    number, other = (rank_sentences(found, asked, "Wie viele?") for asked in (Asked.NUMBER, Asked.OTHER))
    assert log_odds(number, []) < log_odds(other, [])


def test_what_is_no_prose_is_neither_read_nor_quoted() -> None:
    blob = "A" * 200 + "."
    article = make_article(f"26 Länder stellen Truppen. {blob} Es regnet oft.", name="blob.txt")
    hits = [hit(article, (blob, STRONG), ("26 Länder stellen Truppen.", STRONG), ("Es regnet oft.", WEAK))]
    ranked = rank_sentences(hits, Asked.NUMBER, "Wie viele Länder stellen Truppen?")
    assert [one.evidence.quote.text for one in ranked] == ["26 Länder stellen Truppen.", "Es regnet oft."]
    ((window, _),) = windows(ranked)
    assert window.sentences == ("26 Länder stellen Truppen.", "Es regnet oft.")


def signed(name: str, publisher: str) -> Article:
    parts = [
        Part(BlockKind.TITLE, "Regen"),
        Part(BlockKind.BODY, "Es regnet."),
        Part(BlockKind.BYLINE, "Anna Beer"),
        Part(BlockKind.DATE, "4. März 2024"),
    ]
    return assemble(name, Draft(parts, publisher=publisher))


def test_bylines_and_dates_are_no_answer_to_anything_else() -> None:
    article = signed("a.txt", "taz")
    hits = [hit(article, ("Anna Beer", STRONG), ("4. März 2024", STRONG), ("Es regnet.", FAIR))]
    answer = ExtractiveWriter(60).write(question("Wann regnet es?"), hits)
    assert [sentence.text for sentence in answer.sentences] == ["Es regnet."]


def test_every_sign_has_a_weight() -> None:
    one = hit(A, ("Es regnet oft.", FAIR))
    (scored,) = rank_sentences([one], Asked.NUMBER, "")
    assert len(scored.signs) == len(SENTENCE_SIGNS) == len(SENTENCE_WEIGHTS) == len(READ_WEIGHTS) - 1
    assert len(answer_signs([scored], [])) == len(ANSWER_SIGNS) == len(ANSWER_WEIGHTS)


def test_a_sentence_that_holds_what_is_asked_for_goes_before_one_that_does_not() -> None:
    ranked = rank_sentences([hit(B, ("Polen schweigt.", FAIR), ("26 Länder stellen Truppen!", FAIR))], Asked.NUMBER, "")
    assert ranked[0].evidence.quote.text == "26 Länder stellen Truppen!"


def test_a_follow_up_is_answered_from_the_story_it_follows_or_must_be_sure() -> None:
    first, other = make_article("Es kostet 5 Euro.", name="a.txt"), make_article("Es kostet 7 Euro.", name="b.txt")
    hits = [hit(first, ("Es kostet 5 Euro.", FAIR)), hit(other, ("Es kostet 7 Euro.", FAIR), score=2.5)]
    asked = Question("Wie teuer?", "Wie teuer?", "de", "Was plant Rom?")

    def quoted(*story: str) -> list[str]:
        answer = ExtractiveWriter(90).write(replace(asked, follows=frozenset(story)), hits)
        return [citation.quote.article.id for citation in answer.citations]

    assert quoted() == quoted("a.txt") == ["a.txt", "b.txt"]
    assert quoted("b.txt") == ["b.txt", "a.txt"]
    assert quoted("c.txt") == []


def test_sources_that_give_different_numbers_are_set_against_each_other() -> None:
    articles = [
        make_article("An der Truppe wollen sich 26 Länder beteiligen.", NAMED, name="a.txt", publisher="taz"),
        make_article("Beteiligen wollen sich an der Truppe rund 30 Länder.", NAMED, name="b.txt", publisher="dpa"),
        make_article("An einer anderen Truppe wollen sich 12 Länder beteiligen.", name="e.txt", publisher="FR"),
        make_article("Sechsundzwanzig Mal tagte der Rat. An der Truppe beteiligen sich 4000 Soldaten.", name="c.txt"),
        make_article("Sechs Länder grenzen an den See.", name="d.txt"),
    ]
    hits = Retriever(make_index(*articles), LetterEmbedder()).search(HOW_MANY, 10)
    answer = ExtractiveWriter(90).write(HOW_MANY, hits)
    told = {citation.quote.article.id for citation in answer.citations if citation.number in answer.differing}
    assert told == {"a.txt", "b.txt"}
    (said,) = differing_sources(answer)
    assert said.startswith("Die Artikel nennen verschiedene Zahlen: ")
    assert "26 Länder" in said and "30 Länder" in said and "(taz)" in said
    assert answer_text(answer).endswith(said)


def test_one_number_in_two_articles_is_no_difference() -> None:
    articles = [
        make_article("An der Truppe wollen sich 26 Länder beteiligen.", NAMED, name="a.txt"),
        make_article("Beteiligen wollen sich an der Truppe genau 26 Länder aus Europa.", NAMED, name="b.txt"),
    ]
    hits = Retriever(make_index(*articles), LetterEmbedder()).search(HOW_MANY, 10)
    answer = ExtractiveWriter(90).write(HOW_MANY, hits)
    assert answer.supported and answer.differing == () and differing_sources(answer) == []


@pytest.mark.parametrize(
    ("text", "name", "named"),
    [
        ("Der Gipfel von Paris.", "Paris", True),
        ("Der Pariser Gipfel.", "Paris", True),
        ("Es ging um Parität.", "Paris", False),
        ("Putin sprach.", "Putins", True),
        ("Putins Rede.", "Putin", True),
        ("Alis Haus.", "Ali", True),
        ("Er hieß alias Max.", "Ali", False),
        ("Mayer sprach.", "May", False),
    ],
)
def test_a_name_stands_in_a_text_as_it_is_in_the_genitive_or_as_an_adjective(text: str, name: str, named: bool) -> None:
    (hit_on,) = [hit(make_article(text), (text, FAIR))]
    ranked = rank_sentences([hit_on], Asked.OTHER, "")
    assert (log_odds(ranked, [name]) == log_odds(ranked, [])) is named
