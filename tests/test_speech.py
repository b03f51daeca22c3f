"""Whose words a question asks for, and which sentences of an article are theirs."""

import re
from collections.abc import Mapping
from dataclasses import replace
from time import perf_counter

import pytest

from rag.answering import ExtractiveWriter
from rag.language import LANGUAGES
from rag.reading.drafting import Draft, Part, assemble
from rag.records import Article, BlockKind, Confidence, Filter, Hit, Language, Question, Span
from rag.rendering import answer_text
from rag.speech import REACH, spoken_by, words_of
from rag.voices import MOST_CHARS, VIEW_ASKED, WORDS_ASKED, Voice, phrases_asked, voice_asked
from tests.conftest import make_article
from tests.test_answering import FAIR, STRONG, hit


def whole(article: Article) -> list[Span]:
    return [(0, len(article.text))]


@pytest.mark.parametrize(
    ("question", "language", "voice"),
    [
        ("Was sagt Merz?", "de", Voice("Merz", True, True)),
        ("was sagt merz", "de", Voice("merz", True, True)),
        ("Alle Zitate von Merz", "de", Voice("Merz", True, True)),
        ("Quotes by Emmett Gallo", "en", Voice("Gallo", True, True)),
        ("What does Ann Lee say?", "en", Voice("Lee", True, True)),
        ("Was sagt Merz zur Rente?", "de", Voice("Merz", True, False)),
        ("Was hat Ursula von der Leyen zu Zöllen gesagt?", "de", Voice("Leyen", True, False)),
        ("Wie äußert sich der Chef der Bergrettung?", "de", Voice("Chef", True, True)),
        ("Was fordert Marie-Agnes Strack-Zimmermann?", "de", Voice("Strack-Zimmermann", True, True)),
        ("What did Nato chief Mark Rutte say about troops?", "en", Voice("Rutte", True, False)),
        ("Wie steht Moskau zu fremden Truppen?", "de", Voice("Moskau", False, False)),
        ("What is Spain's position on the force?", "en", Voice("Spain", False, False)),
        ("Wer soll laut Trump zahlen?", "de", Voice("Trump", False, False)),
        ("Wer soll Trump zufolge zahlen?", "de", Voice("Trump", False, False)),
        ("What would troops be doing, according to Kuleba?", "en", Voice("Kuleba", False, False)),
        ("Was sagt er dazu?", "de", None),
        ("Was sagt der Artikel über die Rente?", "de", None),
        ("Was kostet die Brücke?", "de", None),
        ("Was sagt Merz zur Rente? " + "a" * MOST_CHARS, "de", None),
    ],
)
def test_whose_words_are_asked_for(question: str, language: Language, voice: Voice | None) -> None:
    assert voice_asked(question, language) == voice


@pytest.mark.parametrize(("forms", "verbatim"), [(WORDS_ASKED, True), (VIEW_ASKED, False)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_tells_who_is_meant_in_the_example_beside_it(
    forms: Mapping[Language, Mapping[str, str]], verbatim: bool, language: Language
) -> None:
    for example, form in forms[language].items():
        assert re.search(form, example, re.IGNORECASE), example
        voice = voice_asked(example, language)
        assert voice is not None and (voice.name, voice.verbatim) == ("Merz", verbatim), example


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "+ Merz sagte, die Rente sei sicher. + Man werde sie erhöhen. - Die Sonne schien."),
        (
            "de",
            "- Es regnete. + „Wir zahlen morgen alles zurück“, sagte Merz. + „Das ist versprochen.“ - Es wurde laut.",
        ),
        ("de", "+ Die Rente, so Merz, bleibt. - Die Rente, so Klingbeil, steigt."),
        ("de", "+ Laut Merz bleibt die Rente. - Laut Klingbeil steigt sie, Merz schweigt. + Sie bleibt Merz zufolge."),
        ("de", "+ Friedrich Merz, seit Mai Kanzler, warnte vor Schulden. + Er nannte sie eine Last."),
        ("de", "- Olaf Scholz sprach mit Merz. - Er nannte das Gespräch gut. - Klingbeil kritisierte Merz scharf."),
        ("de", "- Über Merz sagte Lars Klingbeil wenig. - Das sagte er der Zeitung. - Merz hält er für alt."),
        (
            "de",
            "+ Kanzler Friedrich Merz lobte den Plan. - Es regnete. + Der Kanzler forderte mehr. - Ott klagte.",
        ),
        ("de", "- Lars Klingbeil war bereit, Merz zu treffen. - Gleichzeitig betonte er, es sei spät."),
        ("de", "- Merz nahm an dem Treffen teil. - Merz’ Sprecher sagte, es sei spät."),
        ("de", "+ Rente „wird nie wieder so hoch sein“, behauptete Merz stolz. - Er ging."),
        (
            "de",
            "+ Merz sagte, es sei spät. - Lars Klingbeil schwieg. + Morgen werde es besser. - Klingbeil rief, nein.",
        ),
        (
            "en",
            "+ “We will pay it back,” said its president, Emma Merz. - The sun was out. + She added that it was late.",
        ),
        ("en", "- Ann Lee criticised Merz. - According to Lee it was late. + According to Merz it was early."),
        ("en", "+ Merz said it was late. + The bridge would close. - Ann Lee said nothing of the kind."),
    ],
)
def test_what_is_said_by_whom(language: Language, text: str) -> None:
    marked = [
        (part[0] == "+", part[1:].strip()) for part in text.replace(" - ", "|- ").replace(" + ", "|+ ").split("|")
    ]
    article = replace(make_article(" ".join(sentence for _, sentence in marked)), language=language)
    theirs = {article.text[start:end] for start, end in spoken_by({"Merz"}, article, whole(article))}
    assert theirs == {sentence for said, sentence in marked if said}


def test_an_interview_is_by_whom_it_names_and_a_teaser_starts_anew() -> None:
    parts = [
        Part(BlockKind.TITLE, "Hirt Ambros Imseng über Paragrafen"),
        Part(BlockKind.HEADING, "Herr Imseng, wie geht das zusammen?"),
        Part(BlockKind.BODY, "Die Ziegen sind folgsamer."),
        Part(BlockKind.TEASER, "Seien wir ehrlich: Es regnet."),
    ]
    article = assemble("a.txt", Draft(parts))
    spoken = {article.text[start:end] for start, end in spoken_by({"Imseng"}, article, whole(article))}
    assert "Die Ziegen sind folgsamer." in spoken
    assert "Seien wir ehrlich: Es regnet." not in spoken


SAID = make_article("Merz sagte, die Rente sei sicher. Merz nahm an dem Treffen teil. Klingbeil sagte, sie steige.")
HITS = [
    hit(
        SAID,
        ("Merz nahm an dem Treffen teil.", STRONG),
        ("Merz sagte, die Rente sei sicher.", STRONG),
        ("Klingbeil sagte, sie steige.", STRONG),
    )
]


def asked(text: str, earlier: str = "") -> Question:
    return Question(text, text, "de", earlier)


def matched(word: str) -> list[Hit]:
    """What was found, with the word in it that the question was matched by."""
    evidence = (replace(one, matches=((word, word),) if word in one.quote.text else ()) for one in HITS[0].evidence)
    return [replace(HITS[0], evidence=tuple(evidence))]


def test_whose_words_alone_are_asked_for_is_quoted_with_these_alone() -> None:
    answer = ExtractiveWriter(60).write(asked("Was sagt Merz?"), matched("Merz"), ["Merz"])
    assert [sentence.text for sentence in answer.sentences] == ["Merz sagte, die Rente sei sicher."]
    assert answer.confidence is Confidence.MODERATE


def test_who_says_nothing_is_not_quoted_by_what_he_does() -> None:
    silent = make_article("Ott nahm an dem Treffen teil. Klingbeil sagte, die Rente steige.")
    found = [hit(silent, ("Ott nahm an dem Treffen teil.", STRONG), ("Klingbeil sagte, die Rente steige.", FAIR))]
    refused = ExtractiveWriter(60).write(asked("Was sagt Ott?"), found, ["Ott"])
    assert not refused.supported
    assert "Nichts in den gefundenen Stellen ist als Aussage von „Ott“ zu erkennen." in answer_text(refused)
    assert ExtractiveWriter(60).write(asked("Was tat Ott?"), found, ["Ott"]).supported
    (of_it,) = found
    named = replace(of_it, evidence=tuple(replace(one, matches=(("Feuerwehr", "Ott"),)) for one in of_it.evidence))
    body = ExtractiveWriter(60).write(asked("Was sagt die Feuerwehr?"), [named], ["Feuerwehr"])
    assert body.confidence is Confidence.WEAK, "a compound is no name, and may speak as another"
    assert not ExtractiveWriter(60).write(asked("Was sagt die Feuerwehr?"), found).supported, "nothing names it"


def test_a_view_may_be_told_by_what_somebody_does() -> None:
    found = matched("Merz")
    view = ExtractiveWriter(60).write(asked("Wie reagiert Merz?"), found, ["Merz"])
    assert "Merz nahm an dem Treffen teil." in [sentence.text for sentence in view.sentences]


def test_their_own_words_come_first_where_they_are_asked_for() -> None:
    about = asked("Was sagt Merz zum Treffen?")
    taken = asked("Was tat Merz beim Treffen?")
    assert ExtractiveWriter(60).write(taken, HITS, []).sentences[0].text == "Merz nahm an dem Treffen teil."
    assert (
        ExtractiveWriter(60).write(about, matched("Merz"), []).sentences[0].text == "Merz sagte, die Rente sei sicher."
    )


def test_whose_words_these_are_is_told_by_the_sentence_that_holds_them() -> None:
    assert phrases_asked("Wer sprach von „Ferienhaft“?") == ("Ferienhaft",)
    assert phrases_asked("Wer malte „Ferienhaft“?") == phrases_asked("Wer sagte „...“?") == ()
    article = make_article("Die Partei lobte den Plan. Ott nannte ihn „Murks mit Ausnahmen“.")
    found = [hit(article, ("Die Partei lobte den Plan.", FAIR), ("Ott nannte ihn „Murks mit Ausnahmen“.", FAIR))]
    answer = ExtractiveWriter(60).write(asked("Wer spricht von „murks mit Ausnahmen“?"), found)
    assert answer.sentences[0].text == "Ott nannte ihn „Murks mit Ausnahmen“."


def test_words_that_stand_nowhere_are_nobodys() -> None:
    article = make_article("Ott sagte: „Ich unterschreibe nicht länger für Schulden.“")
    found = [hit(article, (article.text, STRONG))]
    writer = ExtractiveWriter(60)
    assert not writer.write(asked("Wer sagte „Ich unterschreibe gern für Schulden“?"), found).supported
    assert writer.write(asked("Wer sagte „Ich unterschreibe nicht länger für Schulden.“?"), found).supported


def test_a_verb_is_no_name() -> None:
    article = make_article("Patienten loben den Plan.")
    found = hit(article, ("Patienten loben den Plan.", FAIR))
    (one,) = found.evidence
    hits = [replace(found, evidence=(replace(one, matches=(("Lobe", "loben"),)),))]
    assert words_of(Voice("Lobe", True, True), hits) == frozenset()


def test_a_genitive_says_nothing() -> None:
    article = make_article("Zudem zweifelte Selenskyjs Gegner. „Ja“, sagte Selenskyj.")
    found = hit(article, ("Zudem zweifelte Selenskyjs Gegner.", FAIR), ("„Ja“, sagte Selenskyj.", FAIR))
    first, second = found.evidence
    evidence = (
        replace(first, matches=(("Zelensky", "Selenskyjs"),)),
        replace(second, matches=(("Zelensky", "Selenskyj"),)),
    )
    theirs = words_of(Voice("Zelensky", True, True), [replace(found, evidence=evidence)])
    assert [one.text for one in theirs] == ["„Ja“, sagte Selenskyj."]


def test_a_name_in_the_article_is_not_read_as_one_that_only_looks_like_it() -> None:
    party = make_article("Die Bauernpartei sagte, es sei spät. Frau Bauer schwieg.")
    found = [hit(party, ("Die Bauernpartei sagte, es sei spät.", FAIR))]
    evidence = found[0].evidence[0]
    hits = [replace(found[0], evidence=(replace(evidence, matches=(("Bauer", "Bauernpartei"),)),))]
    assert words_of(Voice("Bauer", True, True), hits) == frozenset()
    assert words_of(Voice("Bauern", True, True), hits) == frozenset()


def test_who_is_found_to_say_nothing_but_a_heading_that_asks_is_not_quoted() -> None:
    parts = [Part(BlockKind.BODY, "Es regnet."), Part(BlockKind.HEADING, "Merz fragte: Was nun?")]
    found = hit(assemble("a.txt", Draft(parts)), ("Es regnet.", FAIR), ("Merz fragte: Was nun?", STRONG))
    by_name = (replace(one, matches=(("Merz", "Merz"),)) for one in found.evidence)
    assert not ExtractiveWriter(60).write(asked("Was sagt Merz?"), [replace(found, evidence=tuple(by_name))]).supported


def test_of_what_was_not_found_it_is_not_said_whose_it_is_not() -> None:
    refused = ExtractiveWriter(60).write(asked("Was sagt Merz?"), [], ["Merz"])
    assert "zu erkennen" not in answer_text(refused)
    silent = replace(refused, unheard="Berlin")
    assert "zu erkennen" in answer_text(silent)
    assert "zu erkennen" not in answer_text(replace(silent, widened=Filter(publisher="taz Berlin")))
    assert "zu erkennen" not in answer_text(replace(silent, unknown_words=("Berlin",)))


def test_a_sentence_is_read_with_what_stands_before_it_and_not_with_all_of_a_long_article() -> None:
    article = make_article("Merz sagte, es sei spät. Das gelte morgen.", "Es regnet. " * REACH, "Das gelte auch dort.")
    near, far = (article.text.index(text) for text in ("Das gelte morgen", "Das gelte auch"))
    hits = [
        replace(one, evidence=tuple(replace(of, matches=(("Merz", "Merz"),)) for of in one.evidence))
        for one in [hit(article, ("Das gelte morgen.", FAIR), ("Das gelte auch dort.", FAIR))]
    ]
    assert {one.start for one in words_of(Voice("Merz", True, True), hits)} == {near}
    assert far not in {start for start, _ in spoken_by({"Merz"}, article, [(0, near + 1), (far - REACH, far + 1)])}


@pytest.mark.parametrize("text", ["Merz A-", "A-", "Merz sagte ", "„Merz“ ", "Kanzler von der Merz "])
def test_hostile_texts_are_read_in_time(text: str) -> None:
    article = make_article((text * REACH)[: 20 * REACH])
    started = perf_counter()
    spoken_by({"Merz"}, article, [(0, REACH), (10 * REACH, 11 * REACH)])
    assert perf_counter() - started < 5
