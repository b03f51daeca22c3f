"""The filter of a question as browsers and programs send it, as the page shows it and as conversations keep it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from rag.corpus import Corpus
from rag.errors import KeepingError, QuestionError
from rag.page.answers import answer_markdown
from rag.page.controls import actions_html
from rag.page.export import conversation_as_markdown
from rag.page.filtering import filter_bar_html, in_order, without
from rag.page.keeping import Keeper
from rag.page.turns import Conversation, Turn
from rag.questions import parse_filter
from rag.records import Answer, Article, Citation, Copy, Filter, Outcome, Passage, Question, Sentence
from tests.conftest import make_article

HOSTILE = '"><img src=x onerror=alert(1)>'
ALL = Filter()
SINCE = Filter(since=date(2025, 9, 1))


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (None, None),
        ({}, Filter()),
        ({"publisher": "taz", "author": None, "since": "", "until": ""}, Filter("taz")),
        (
            {"author": "Anna", "since": "2025-09-01", "until": "2025-09-01"},
            Filter(None, "Anna", *[date(2025, 9, 1)] * 2),
        ),
        ({"publisher": "\ud800"}, Filter("?")),
    ],
)
def test_what_is_sent_becomes_a_filter(sent: object, expected: Filter | None) -> None:
    assert parse_filter(sent) == expected


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        ("taz", "object"),
        (["taz"], "object"),
        ({"paper": "taz"}, "paper"),
        ({"publisher": 7}, "publisher"),
        ({"author": "x" * 301}, "author"),
        ({"since": "gestern"}, "since.*'gestern'"),
        ({"since": "\ud800"}, r"not '\\ud800'"),
        ({"\ud800": "taz"}, r"knows no '\\ud800'"),
        ({"until": 20250901}, "until"),
        ({"since": "2025-09-02", "until": "2025-09-01"}, "later"),
    ],
)
def test_what_is_no_filter_is_refused_by_name(sent: object, named: str) -> None:
    with pytest.raises(QuestionError, match=named):
        parse_filter(sent)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"since": "2025-09-02", "until": "2025-09-01"}, {"since": "2025-09-01", "until": "2025-09-02"}),
        *((sent, sent) for sent in ({"since": "2025-09-02", "until": ""}, {"since": 7, "until": "x"}, ["x"], None)),
    ],
)
def test_days_set_in_the_wrong_order_mean_those_between(sent: object, expected: object) -> None:
    assert in_order(sent) == expected


@pytest.mark.parametrize(
    ("part", "left"),
    [
        ("publisher", Filter(None, "Anna", date(2025, 9, 1))),
        ("period", Filter("taz", "Anna")),
        ("since", Filter("taz", "Anna", date(2025, 9, 1))),
        (["publisher"], Filter("taz", "Anna", date(2025, 9, 1))),
    ],
)
def test_a_chip_lifts_what_it_stands_for(part: object, left: Filter) -> None:
    assert without(Filter("taz", "Anna", date(2025, 9, 1)), part) == left


class Tags(HTMLParser):
    """The start tags of a fragment, and the values of its options."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.tags, self.values = set[str](), list[str | None]()
        self.feed(fragment)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "option":
            self.values.append(dict(attrs)["value"])


def dated(publisher: str | None, day: int, **fields: Any) -> Article:
    return replace(make_article("Ein Satz.", publisher=publisher), published=date(2025, 9, day), **fields)


def test_the_menu_offers_the_publishers_and_authors_there_are_and_tells_how_new_they_are() -> None:
    articles = [
        dated("taz", 4, authors=("Anna",)),
        dated(HOSTILE, 10, copies=(Copy("b.txt", "Bote"),)),
        make_article("Ohne alles."),
    ]
    shown = Tags(bar := filter_bar_html(Filter("taz", HOSTILE, date(2025, 9, 1)), Corpus.of(articles), "de"))
    assert shown.values == ["", HOSTILE, "Bote", "taz", "", HOSTILE, "Anna"]
    assert shown.tags.isdisjoint({"img", "script"})
    assert "Stand: 10. September 2025" in bar
    assert bar.count('class="chip"') == 3 and "nur: ab 1. September 2025" in bar
    assert filter_bar_html(Filter(), Corpus.of([]), "de") == ""


def answered(asked: Filter = ALL, widened: Filter = ALL) -> Answer:
    article = make_article("Der Hund schläft.")
    quote = Passage(article, 0, len(article.text))
    question = Question("Was?", "Was?", "de", filter=asked)
    return Answer(
        question, Outcome.ANSWERED, (Sentence(quote.text, (1,)),), (Citation(1, quote, None),), widened=widened
    )


def test_an_answer_says_what_was_searched_and_the_last_one_can_be_asked_of_all() -> None:
    limited, widened = answered(SINCE), answered(widened=Filter(publisher="taz"))
    assert answer_markdown(limited, 1, "de").startswith("Gesucht nur in Artikeln: ab 1. September 2025.")
    assert answer_markdown(widened, 1, "de").startswith("Nicht gesagt in Artikeln: taz; gesucht wurde in allen.")
    assert "Gesucht nur in Artikeln" in conversation_as_markdown((Turn("Was?", limited),), "de")
    buttons = actions_html(Turn("Was?", limited), 2, last=True, visitor="en", votes=False)
    assert 'id="everywhere-2"' in buttons and "only: from 1 September 2025" in buttons
    for turn, last in ((Turn("Was?", limited), False), (Turn("Was?", widened), True)):
        assert "everywhere" not in actions_html(turn, 2, last=last, visitor="de", votes=False)


def test_a_hostile_publisher_is_text_in_answer_and_chip() -> None:
    answer = answered(Filter(publisher=HOSTILE))
    shown = answer_markdown(answer, 1, "de") + actions_html(Turn("Was?", answer), 1, True, "de", votes=False)
    assert Tags(shown).tags <= {"a", "span", "button"}


@pytest.mark.parametrize("filter", [None, Filter(), SINCE, Filter("taz", "Anna", date(2025, 9, 1), date(2025, 9, 2))])
def test_conversations_keep_the_filter(tmp_path: Path, filter: Filter | None) -> None:
    answer = answered(filter or Filter(), widened=Filter() if filter else SINCE)
    keeper = Keeper(tmp_path)
    kept = keeper.save(Conversation((Turn("Was?", answer, filter=filter),)))
    opened = keeper.open(kept.id, Corpus.of([answer.citations[0].quote.article]))
    assert opened is not None and opened.turns[0].filter == filter and opened.turns[0].answer == answer


def test_conversations_kept_before_there_were_filters_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rag.page import keeping

    def old(fields: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in fields.items() if name not in ("filter", "widened")}

    dump, dump_turn = keeping._dump, keeping._dump_turn
    monkeypatch.setattr(keeping, "_dump", lambda answer: old(dump(answer)))
    monkeypatch.setattr(keeping, "_dump_turn", lambda turn: old(dump_turn(turn)))
    keeper = Keeper(tmp_path)
    kept = keeper.save(Conversation((Turn("Was?", answered()),)))
    opened = keeper.open(kept.id, Corpus.of(()))
    assert opened is not None and opened.turns[0].filter is None
    monkeypatch.setattr(keeping, "_dump_turn", lambda turn: dump_turn(turn) | {"filter": {"since": "x"}})
    damaged = keeper.save(Conversation((Turn("Was?", answered()),)))
    with pytest.raises(KeepingError, match="damaged"):
        keeper.open(damaged.id, Corpus.of(()))
