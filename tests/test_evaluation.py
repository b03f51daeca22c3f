"""Scores are what their names say, on cases small enough to score by hand."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.corpus import Corpus
from rag.errors import QuestionError
from rag.evaluation import judge, overlap, table, unmatched
from rag.questions import Case, read_cases
from rag.records import Answer, Citation, Filter, Hit, Outcome, Passage, Question, Sentence
from tests.conftest import make_article

ARTICLE = make_article("26 Länder machen mit. Zwei zögern noch immer.", "Polen sagt nichts dazu.", name="a.txt")
FIRST = Passage(ARTICLE, 0, 21)
SECOND = Passage(ARTICLE, 22, 45)
THIRD = Passage(ARTICLE, 47, 70)


def case(**changes: Any) -> Case:
    fields = {
        "id": "1",
        "lang": "de",
        "kind": "number",
        "question": "Wie viele?",
        "answerable": True,
        "answers": ["26 Laender"],
        "gold": [{"doc": "a.txt", "quote": "26 Länder machen mit."}],
    }
    return read_cases([json.dumps(fields | changes)], "test")[0]


def answered(*quotes: Passage, found: tuple[Passage, ...] = (FIRST,)) -> Answer:
    citations = tuple(Citation(number, quote, None) for number, quote in enumerate(quotes, 1))
    sentences = tuple(Sentence(citation.quote.text, (citation.number,)) for citation in citations)
    hits = tuple(Hit(passage, 1.0, 1, 1, 1, ()) for passage in found)
    outcome = Outcome.ANSWERED if quotes else Outcome.NOT_FOUND
    return Answer(Question("Wie viele?", "Wie viele?", "de"), outcome, sentences, citations, hits)


def test_gold_that_no_answer_can_cover_is_named() -> None:
    gone = case(id="2", gold=[{"doc": "nowhere.txt", "quote": "26 Länder machen mit."}])
    misquoted = case(id="3", gold=[{"doc": "a.txt", "quote": "Das steht hier ganz anders."}])
    wrong = unmatched([case(), gone, misquoted], Corpus.of([ARTICLE]))
    assert wrong == [
        "question 2: there is no article nowhere.txt",
        "question 3: the quote is not in a.txt: Das steht hier ganz anders.",
    ]


def test_only_the_articles_that_gold_names_are_read() -> None:
    articles = [ARTICLE, make_article("Etwas anderes.", name="b.txt")]
    read: list[int] = []
    corpus = Corpus(Corpus.of(articles).entries, lambda row: read.append(row) or articles[row], b"")  # type: ignore[func-returns-value]
    assert unmatched([case()], corpus) == []
    assert read == [0]


def test_a_right_answer_with_its_proof_is_strict() -> None:
    row = judge(case(), answered(FIRST), 1.0).row
    assert row["strict"] and row["answer"] and row["citation"] and row["first_citation"]
    assert row["hit@1"] and row["mrr"] == 1 and not row["false_refusal"]
    assert row["words"] == 4


def test_proof_that_comes_second_is_cited_but_not_first() -> None:
    row = judge(case(), answered(SECOND, FIRST), 1.0).row
    assert row["citation"] and not row["first_citation"]


@pytest.mark.parametrize(
    ("marked", "right"), [("26 Länder machen mit", True), ("26", True), ("machen", False), ("mit.", False), ("", None)]
)
def test_words_marked_as_the_answer_hold_one_or_stand_in_one(marked: str, right: bool | None) -> None:
    plain = answered(FIRST)
    begin = ARTICLE.text.index(marked)
    citation = replace(plain.citations[0], focus=(begin, begin + len(marked)) if marked else None)
    row = judge(case(), replace(plain, citations=(citation,)), 1.0).row
    assert (row["marked"], row.get("marked_right")) == (bool(marked), right)


def test_nothing_is_to_be_marked_where_the_first_quote_is_no_proof_or_does_not_say_it() -> None:
    for other in (case(answers=["Polen"]), case(gold=[{"doc": "a.txt", "quote": "Polen sagt nichts dazu."}])):
        assert "marked" not in judge(other, answered(FIRST), 1.0).row


def test_a_right_word_without_proof_is_not_strict() -> None:
    wrong = judge(case(answers=["zögern"]), answered(SECOND), 1.0).row
    assert wrong["answer"] and not wrong["citation"] and not wrong["strict"]


def test_a_refusal_is_false_or_right_by_whether_the_articles_say_it() -> None:
    assert judge(case(), answered(), 1.0).row["false_refusal"]
    unanswerable = case(answerable=False, answers=[], gold=[])
    assert judge(unanswerable, answered(), 1.0).row == {"ms": 1.0, "refused": True}
    assert judge(unanswerable, answered(FIRST), 1.0).missed


def test_every_slot_must_be_covered_and_any_of_its_quotes_covers_it() -> None:
    gold = [
        {"doc": "a.txt", "quote": "26 Länder machen mit.", "slot": "a"},
        {"doc": "a.txt", "quote": "Polen sagt nichts dazu.", "slot": "b"},
        {"doc": "b.txt", "quote": "Was anderes steht hier.", "slot": "b"},
    ]
    both = case(gold=gold, all=True)
    assert not judge(both, answered(FIRST), 1.0).row["citation"]
    row = judge(both, answered(FIRST, THIRD, found=(SECOND, FIRST, THIRD)), 1.0).row
    assert row["citation"] and not row["hit@1"] and row["hit@5"] and row["mrr"] == 0.5


def test_half_of_a_gold_quote_covers_it_and_less_does_not() -> None:
    both = case(gold=[{"doc": "a.txt", "quote": "26 Länder machen mit. Zwei zögern noch immer."}])
    assert not judge(both, answered(FIRST), 1.0).row["citation"], "21 of 45 characters"
    assert judge(both, answered(SECOND), 1.0).row["citation"], "23 of 45 characters"


def test_single_words_of_a_quote_do_not_cover_it() -> None:
    assert overlap("26 von ihnen, Länder wie Polen, machen nicht mit", "26 Länder machen mit") == 0.0


def test_a_passage_of_another_article_that_says_the_answer_is_no_hit() -> None:
    elsewhere = Passage(make_article("26 Länder machen mit.", name="b.txt"), 0, 21)
    row = judge(case(), answered(FIRST, found=(elsewhere,)), 1.0).row
    assert not row["hit@10"] and row["mrr"] == 0
    same = make_article("Es sind 26 Länder, sagt sie.", name="a.txt")
    assert judge(case(), answered(FIRST, found=(Passage(same, 0, len(same.text)),)), 1.0).row["hit@1"]


@pytest.mark.parametrize(("rank", "hits"), [(1, [1, 5, 10]), (5, [5, 10]), (6, [10]), (10, [10]), (11, [])])
def test_a_hit_counts_from_its_rank_on(rank: int, hits: list[int]) -> None:
    row = judge(case(), answered(FIRST, found=(*[THIRD] * (rank - 1), FIRST)), 1.0).row
    assert [count for count in (1, 5, 10) if row[f"hit@{count}"]] == hits


def test_to_say_the_answer_and_to_cover_all_slots_count_from_their_ranks_too() -> None:
    said = Passage(make_article("Es sind 26 Länder, sagt sie.", name="a.txt"), 0, 28)
    assert judge(case(), answered(FIRST, found=(*[THIRD] * 7, said)), 1.0).row["hit@10"]
    both = case(gold=[{"doc": "a.txt", "quote": quote.text, "slot": quote.text} for quote in (FIRST, THIRD)], all=True)
    row = judge(both, answered(FIRST, found=(FIRST, *[SECOND] * 7, THIRD)), 1.0).row
    assert row["hit@10"] and not row["hit@5"]


def test_of_several_slots_one_is_no_hit() -> None:
    gold = [{"doc": "a.txt", "quote": quote.text, "slot": quote.text} for quote in (FIRST, THIRD)]
    both = case(gold=gold, all=True)
    assert not judge(both, answered(FIRST, found=(FIRST,)), 1.0).row["hit@10"]
    said = Passage(make_article("Es sind 26 Länder, sagt sie.", name="a.txt"), 0, 28)
    assert judge(both, answered(FIRST, found=(said,)), 1.0).row["mrr"] == 0, "what says the answer covers no slot"


def test_items_are_recalled_by_share() -> None:
    row = judge(case(items=[["26 Länder"], ["Zwei", "2"], ["Polen"]]), answered(FIRST, SECOND), 1.0).row
    assert row["item_recall"] == pytest.approx(2 / 3)


def test_the_table_groups_by_language_and_kind() -> None:
    scores = table([judge(case(), answered(FIRST), 2.0), judge(case(lang="en", kind="why"), answered(), 4.0)])
    assert scores["all"]["strict"] == 0.5 and scores["all"]["ms"] == 3.0
    assert scores["de"]["strict"] == 1 and scores["why"]["strict"] == 0
    assert scores["de"]["refused"] is None


def test_a_kind_that_is_called_as_another_group_has_one_of_its_own() -> None:
    scores = table([judge(case(kind=kind), answered(FIRST), 1.0) for kind in ("all", "de", "why")])
    assert {name: row["n"] for name, row in scores.items()} == {
        "all": 3,
        "de": 3,
        "kind all": 1,
        "kind de": 1,
        "why": 1,
    }


@given(st.lists(st.sampled_from(["eins", "zwei", "drei", "vier"]), min_size=1, max_size=12))
def test_a_quote_covers_itself_and_overlap_is_a_share(words: list[str]) -> None:
    text = " ".join(words)
    assert overlap(text, text) == overlap(f"davor {text}, danach", text) == 1.0
    assert 0 <= overlap(" ".join(words[::2]), text) <= 1


def test_link_marks_case_and_umlauts_do_not_matter() -> None:
    assert overlap("Treffen der Koalition der Willigen", "treffen der [1][Koalition der WILLIGEN]") == 1.0
    assert overlap("zwei Wörter fehlen", "ganz etwas anderes hier") == 0.0


@pytest.mark.parametrize(
    "line", ["", "[]", '{"question": "x"}', '{"id": 1, "question": "x", "lang": "de", "kind": "k", "answerable": true}']
)
def test_a_file_that_holds_no_cases_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(QuestionError, match=r"test(, line 1| holds no question)"):
        read_cases([line], "test")


@pytest.mark.parametrize(
    "changes",
    [
        *({"lang": ["de"]}, {"kind": 1}, {"gold": [{"doc": 5, "quote": "x"}]}, {"gold": [{"doc": "a", "quote": 5}]}),
        *({"gold": None}, {"gold": []}, {"gold": [{"doc": "a", "quote": "x", "slot": []}], "all": True}, {"items": 5}),
        *({"answerable": "false"}, {"answers": None}, {"items": [5]}),
    ],
)
def test_a_case_whose_fields_cannot_be_scored_is_refused_with_its_line(changes: dict[str, Any]) -> None:
    with pytest.raises(QuestionError, match=rf"test, line 1: the field {next(iter(changes))}\b"):
        case(**changes)


def test_only_what_is_quoted_answers() -> None:
    """Not our own words around it: where was searched, what stands nowhere."""
    limited = replace(answered(FIRST), question=Question("?", "?", "de", filter=Filter(publisher="Stadtblatt")))
    row = judge(case(answers=["Stadtblatt"]), replace(limited, unknown_words=("Stadtblatt",)), 1.0).row
    assert row["citation"] and not row["answer"] and not row["strict"]
    assert row["words"] == judge(case(), answered(FIRST), 1.0).row["words"]
    assert not judge(case(answers=["1"]), answered(FIRST), 1.0).row["answer"], "nor the number of a citation"
