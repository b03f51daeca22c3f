"""Sentences survive German abbreviations, ordinals and quotation marks; passages fit the model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.packing import split_article
from rag.reading.drafting import Draft, Part, assemble
from rag.records import SEARCHABLE, BlockKind
from rag.splitting import SENTENCE_CHARS, split_sentences
from tests.conftest import make_article

HARD = [
    ["Keir Starmer und Emmanuel Macron am 27. März in Paris.", "Dann kam der 4. September."],
    [
        "Spätestens die Rede von Vizepräsident J. D. Vance hat Europa zusammenzucken lassen.",
        "Doch seither blieb es still.",
    ],
    ["Viele, z. B. Frankreich, sind dafür.", "Andere, u. a. Ungarn, nicht."],
    ["Der »Gipfel der Willigen« war vorbei.", "»Was nun?«, fragte er."],
    ["„Ich danke allen.“", "Das schrieb Selenskyj."],
    ["Er sagte: „Wir bleiben hier!“", "Niemand widersprach."],
    ["Das Memorandum stammt von 1994.", "Es war wertlos."],
    ["Die Zahl der Toten steigt auf 35.", "Das teilte die Behörde mit."],
    ["Dr. Anna Beer und Prof. Max Kurz lehren in St. Gallen.", "Sie forschen dort seit 3,5 Jahren."],
    ["Es kostet ca. 20 Mio. Euro.", "Die Mio. Euro fehlen."],
    ["Wilhelm II. von Preußen floh vor Ludwig XIV.", "Der starb früher."],
    ["Laut § 5 Abs. 2 Nr. 3 gilt das nicht.", "Warum?", "Weil es so ist."],
    ["Kann das gut gehen?", "Ja!", "Nein …", "Vielleicht."],
    ["Mr. Smith met Sen. Warren in Washington, D.C. on Friday.", "They talked for 2.5 hours."],
    ["Die 107. Auflage erschien.", "Die 108. Auflage folgt."],
    ["Russland, China usw. stimmten dagegen.", "Die USA enthielten sich."],
    ["Der Umsatz stieg auf 12 Mio. € im ersten Quartal.", "Das sind ca. €500 je Kopf."],
    ["Das folgt aus § 823 i. V. m. § 5 BGB.", "Vgl. § 12 Nr. 2.", "– So das Gericht."],
    ["Das OLG (Az. 3 U 12/24) gab ihm recht.", "Er sprach mit der AZ.", "Söder schwieg."],
    ["Die Tat geschah in der Mönckebergstr. 12 in Hamburg.", "Er floh in die Hauptstr.", "Niemand sah ihn."],
    ["Dr. med. Anna Beer und Dr. rer. nat. Max Kurz kamen.", "She met Phil.", "Nobody else came."],
    ["Der Abg. Müller, Bgm. Schmidt, die Fa. Meier und die Gebr. Grimm kamen.", "Bzgl. Punkt 4 sprach Col. Brown."],
]
"""Each line: sentences that, joined by a blank, must come apart again just so."""


@pytest.mark.parametrize("sentences", HARD, ids=lambda sentences: sentences[0][:30])
def test_hard_cases_come_apart_where_the_sentences_end(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [text[start:end] for start, end in split_sentences(text)] == sentences


def test_a_line_end_ends_a_sentence() -> None:
    assert split_sentences("Überschrift\nErster Satz. Zweiter") == [(0, 11), (12, 24), (25, 32)]


@given(st.text(alphabet=st.sampled_from("aÄß. !?\n„“»«Z1👍é \u0308-,;"), max_size=300))
def test_sentences_are_disjoint_trimmed_and_lose_nothing_but_white_space(text: str) -> None:
    end = 0
    for start, stop in split_sentences(text):
        assert end <= start < stop
        assert text[end:start].strip() == ""
        assert text[start:stop].strip() == text[start:stop]
        end = stop
    assert text[end:].strip() == ""


def test_a_text_without_full_stops_is_cut_at_clauses_into_sentences_that_can_be_quoted() -> None:
    text = "ein Wort, " * 2000
    spans = split_sentences(text)
    assert max(end - start for start, end in spans) <= SENTENCE_CHARS
    assert "".join(text[start:end] for start, end in spans).count("Wort") == 2000


def count_words(text: str) -> int:
    return len(text.split())


@given(
    st.lists(
        st.tuples(st.sampled_from(BlockKind), st.text(alphabet=st.sampled_from("abÄ. !\nZ👍 "), max_size=200)),
        max_size=8,
    ),
    st.integers(min_value=1, max_value=30),
)
def test_passages_fit_stay_in_their_block_and_hold_all_searchable_text(
    parts: list[tuple[BlockKind, str]], limit: int
) -> None:
    article = assemble("x.txt", Draft([Part(kind, text) for kind, text in parts]))
    passages = split_article(article, count_words, limit)
    for passage in passages:
        assert count_words(passage.text) <= limit
        assert passage.text == passage.text.strip()
        assert any(
            block.kind in SEARCHABLE and block.start <= passage.start < passage.end <= block.end
            for block in article.blocks
        )
    searchable = "".join(article.text[b.start : b.end] for b in article.blocks if b.kind in SEARCHABLE)
    assert "".join("".join(p.text for p in passages).split()) == "".join(searchable.split())


def test_passages_do_not_cut_sentences_that_fit() -> None:
    article = make_article("Eins zwei drei. Vier fünf sechs. Sieben acht.")
    assert [passage.text for passage in split_article(article, count_words, 5)] == [
        "Eins zwei drei.",
        "Vier fünf sechs. Sieben acht.",
    ]
