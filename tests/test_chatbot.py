"""The whole path on the five articles with the real model: quotes that are verbatim, refusals that help."""

import json
from pathlib import Path

import pytest

from rag.answering import ExtractiveWriter
from rag.chatbot import Chatbot, verify
from rag.cross_encoder import CrossEncoder
from rag.embedding import Embedder
from rag.errors import IndexMismatch, QuoteError
from rag.evaluation import overlap
from rag.page.articles import EXAMPLES
from rag.questions import read_cases
from rag.records import Answer, Citation, Filter, Outcome, Passage, Question, Sentence
from rag.rendering import answer_json, answer_text
from rag.rendering.proof import cited_sources, explanation, nearest_passages
from rag.rendering.text import understood
from rag.retrieval import Retriever
from rag.settings import Settings
from rag.store import load_index
from tests.conftest import LetterEmbedder, make_article, make_index


@pytest.fixture(scope="module")
def chatbot(seeds_settings: Settings, real_embedder: Embedder) -> Chatbot:
    return Chatbot.of(load_index(seeds_settings.index), real_embedder, seeds_settings)


QUESTIONS = [
    "Wie viele Länder wollen sich an der Sicherungstruppe beteiligen?",
    "Was versteht Kuleba unter einer Sicherheitsgarantie?",
    "How did Russia respond to international troops?",
    "Stolperdraht",
    "Warum vertagt Deutschland die Entscheidung über eigene Soldaten?",
    "Welche Tiere hatten die Evakuierten dabei?",
    "Wer schrieb den Artikel über die Emanzipation Europas?",
]


@pytest.mark.parametrize("asked", QUESTIONS)
def test_every_quote_is_its_slice_of_the_article(chatbot: Chatbot, asked: str) -> None:
    answer = chatbot.ask(asked)
    assert answer.hits
    for citation in answer.citations:
        quote = citation.quote
        assert quote.text == quote.article.text[quote.start : quote.end]
    by_number = {citation.number: citation for citation in answer.citations}
    for sentence in answer.sentences:
        assert sentence.text == by_number[sentence.citations[0]].quote.text
    assert sorted(by_number) == list(range(1, len(by_number) + 1))


def test_the_question_of_the_readme_is_answered(chatbot: Chatbot) -> None:
    answer = chatbot.ask("Wie viele Länder wollen sich an der Sicherungstruppe beteiligen?")
    assert answer_text(answer).startswith(
        "26 Länder wollen sich an einer Sicherungstruppe für die Ukraine beteiligen. [1]"
    )


@pytest.mark.parametrize(("asked", "article"), [(asked, article) for _, asked, article in EXAMPLES])
def test_each_example_of_the_page_is_answered_by_its_article(chatbot: Chatbot, asked: str, article: str) -> None:
    assert chatbot.ask(asked).citations[0].quote.article.id == article


def test_a_slip_of_the_finger_is_read_as_what_was_meant_and_the_answer_says_so(chatbot: Chatbot) -> None:
    typed = "wie vile Länder wolen sich an der Sicherungstrupe beteiligen"
    answer = chatbot.ask(typed)
    assert answer.question.typed == typed
    assert understood(answer) == ["Verstanden als: wie viele Länder wollen sich an der Sicherungstruppe beteiligen"]
    meant = chatbot.ask("wie viele Länder wollen sich an der Sicherungstruppe beteiligen")
    assert understood(meant) == []
    assert meant.citations == answer.citations
    assert answer_text(meant).startswith("26 Länder")
    follow_up = chatbot.ask("Und wie vile Soldaten?", [typed]).question
    assert follow_up.typed == "Und wie vile Soldaten?"
    assert follow_up.text == f"{meant.question.asked} Wie viele Soldaten?"


def test_a_name_that_the_articles_spell_otherwise_is_not_said_to_be_missing(chatbot: Chatbot) -> None:
    answer = chatbot.ask("What did Zelenskyy and Orbán eat for breakfast?")
    assert not answer.supported
    assert "Orbán" in answer.unknown_words
    assert "Zelenskyy" not in answer.unknown_words


def test_a_teaser_is_called_one_wherever_it_is_quoted(chatbot: Chatbot) -> None:
    answer = chatbot.ask("Welche Tiere hatten die Menschen aus der Ostukraine im Gepäck?")
    assert "Anriss eines anderen Artikels: " in answer_text(answer)


def test_author_and_date_are_answered_with_proof(chatbot: Chatbot) -> None:
    by = chatbot.ask("Wer hat den Artikel „Emanzipation sieht anders aus“ geschrieben?")
    assert answer_text(by) == "Autor: Anastasia Zejneli [1]"
    when = chatbot.ask("Wann erschien der taz-Artikel über die Sicherungstruppe?")
    assert answer_text(when) == "Gesucht nur in Artikeln: taz.\nDatum: 4 Sep 2025 [1]"
    assert "4. September 2025" in cited_sources(when)[0]


@pytest.mark.parametrize(
    ("asked", "refusal", "missed"),
    [
        ("Wie wird das Wetter morgen auf Teneriffa?", "Das steht nicht in den Artikeln.", "„Teneriffa“"),
        ("Who won the chess championship in Reykjavik?", "The articles do not say.", "“Reykjavik”"),
    ],
)
def test_what_is_not_said_is_refused_with_what_was_searched(
    chatbot: Chatbot, asked: str, refusal: str, missed: str
) -> None:
    answer = chatbot.ask(asked)
    assert answer.outcome is Outcome.NOT_FOUND
    text = answer_text(answer)
    assert text.startswith(refusal)
    assert "5" in text
    assert missed in text
    assert answer.hits


def test_behind_an_answer_it_is_the_article_that_was_cited(chatbot: Chatbot) -> None:
    asked = "Wie viele Länder wollen sich an der Sicherungstruppe beteiligen?"
    by, when, where = (
        chatbot.ask(one, [asked]) for one in ("Wer hat das geschrieben?", "Von wann ist das?", "In welcher Zeitung?")
    )
    (cited, *_) = chatbot.ask(asked).citations
    for answer in (by, when, where):
        assert cited.quote.article in {citation.quote.article for citation in answer.citations}
        assert answer.confidence is None
    assert "Anastasia Zejneli" in answer_text(by)
    assert "4 Sep 2025" in answer_text(when) and "taz" in answer_text(where)


def test_what_calls_an_article_one_and_question_words_are_missed_in_none(chatbot: Chatbot) -> None:
    refused = chatbot.ask("Wieviele Rezepte stehen im Leitartikel über Quitten?")
    assert not refused.supported
    assert set(refused.unknown_words) == {"Rezepte", "Quitten"}


def test_what_an_author_writes_on_something_is_told_by_the_articles_where_no_sentence_is_found(
    chatbot: Chatbot,
) -> None:
    answer = chatbot.ask("Was meint Anastasia Zejneli zur Emanzipation?")
    assert answer.listing is not None and answer.question.filter == Filter(author="Anastasia Zejneli")
    assert answer.citations[0].quote.text == "Unterstützung für die Ukraine: Emanzipation sieht anders aus"


def test_an_answer_says_how_far_to_trust_it_and_a_refusal_what_came_near(chatbot: Chatbot) -> None:
    why = explanation(chatbot.ask("Wie viele Länder wollen sich an der Sicherungstruppe beteiligen?"))
    assert why[0].startswith("Verlässlichkeit: ")
    assert why[1].startswith("[1] ")
    assert "Länder" in why[1]
    refused = chatbot.ask("Who won the chess championship in Reykjavik?")
    assert refused.confidence is None
    trusted, *ranks = explanation(refused)
    assert trusted.startswith("Not found. In tests")
    assert len(ranks) == len(nearest_passages(refused)) == 3
    assert all("rank of the passage by words" in line for line in ranks)


def test_names_that_stand_nowhere_are_named_also_above_an_answer(chatbot: Chatbot) -> None:
    asked = "Wie viele Länder wollen sich laut Orbán an der Sicherungstruppe beteiligen?"
    answer = chatbot.ask(asked)
    assert answer.unknown_words == ("Orbán",)
    assert answer_text(answer).startswith("In keinem Artikel kommt vor: „Orbán“.\n26 Länder wollen")


def test_a_question_about_a_stranger_is_refused_though_its_subject_is_everywhere(chatbot: Chatbot) -> None:
    answer = chatbot.ask("Was sagte Orbán zur Ukraine?")
    assert answer.outcome is Outcome.NOT_FOUND
    assert "„Orbán“" in answer_text(answer)


def test_what_is_no_unicode_is_read_as_a_question_mark(chatbot: Chatbot) -> None:
    answer = chatbot.ask("Was sagte \udcff Sacharowa?", ["\ud800"])
    assert answer.question.typed == "Was sagte ? Sacharowa?"
    assert json.dumps(answer_json(answer, {}), ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("Hallo!", "de"),
        ("", "de"),
        ("  ", "de"),
        ("Thank you", "en"),
        ("Hi", "en"),
        ("Moin, wer bist du?", "de"),
    ],
)
def test_greetings_get_a_friendly_line_in_their_language_and_no_claim(
    chatbot: Chatbot, said: str, language: str
) -> None:
    answer = chatbot.ask(said)
    assert answer.outcome is Outcome.SMALL_TALK
    assert answer.question.language == language
    assert not answer.supported
    assert answer_text(answer)


def test_a_follow_up_is_answered_from_what_it_follows(chatbot: Chatbot) -> None:
    answer = chatbot.ask("Und was sagt Merz dazu?", ["Will Macron Truppen in die Ukraine entsenden?"])
    assert "Merz" in answer_text(answer)


def test_a_follow_up_that_only_looks_elsewhere_asks_the_same_again(chatbot: Chatbot) -> None:
    earlier = "Wie viele Länder wollen sich laut dpa an der Sicherungstruppe beteiligen?"
    answer = chatbot.ask("Und laut taz?", [earlier])
    assert answer.question.filter == Filter(publisher="taz")
    assert answer.question.typed == "Und laut taz?"
    assert answer.question.text == f"{earlier} Laut taz?"
    assert "26 Länder" in answer_text(answer)


def test_of_a_chain_the_last_question_is_asked_again_behind_the_one_it_leans_on(chatbot: Chatbot) -> None:
    first = "Wie viele Länder wollen sich an der Sicherungstruppe beteiligen?"
    asked = chatbot.ask("Und laut taz?", [first, "Und was sagt Merz dazu?"]).question
    assert (asked.earlier, asked.asked, asked.where) == (first, "Was sagt Merz dazu?", "Laut taz?")
    assert asked.is_follow_up
    elsewhere = chatbot.ask("Und laut taz?", [first, "Und laut dpa?"]).question
    assert (elsewhere.earlier, elsewhere.asked) == ("", first), "where to look is no question to ask again"


def test_a_bare_source_asks_the_question_before_again_and_nothing_else(chatbot: Chatbot) -> None:
    for earlier in ("Wie viele Länder wollen sich an der Sicherungstruppe beteiligen?", "Wie hoch ist der Eiffelturm?"):
        asked = chatbot.ask("Laut dpa?", [earlier]).question
        assert (asked.asked, asked.where) == (earlier, "Laut dpa?")


OTHERS = (
    "Die Brücke in Adorf wird für 3 Millionen Euro saniert. Der Rat hat das am Montag beschlossen.",
    "Das Bad in Bedorf öffnet im Mai. Die Stadt sucht noch zwei Bademeister.",
    "Der Zirkus in Cedorf zahlt keine Miete. Sein Elefant heißt Paul.",
)


@pytest.fixture(scope="module")
def village(real_embedder: Embedder) -> Chatbot:
    """A chatbot over three stories that have nothing to do with each other."""
    articles = [make_article(text, name=f"{number}.txt") for number, text in enumerate(OTHERS)]
    index = make_index(*articles, embedder=real_embedder)
    return Chatbot(Retriever(index, real_embedder), ExtractiveWriter(60, CrossEncoder()), 10, 90)


def test_a_follow_up_asks_of_the_story_it_follows(village: Chatbot) -> None:
    about_the_bridge = village.ask("Wie teuer wird das?", ["Was geschieht mit der Brücke in Adorf?"])
    assert "0.txt" in about_the_bridge.question.follows
    assert about_the_bridge.citations[0].quote.article.id == "0.txt"
    for asked in ("Wie teuer?", "Wie teuer wird das?"):
        assert not village.ask(asked, ["Wann öffnet das Bad in Bedorf?"]).supported, "another story's price"


TOWNS = (
    ("Amdorf", "Die Werft in Amdorf entlässt 40 Arbeiter. Die Arbeiter streiken seit Montag."),
    ("Bemdorf", "Der Bürgermeister von Bemdorf sagte am Freitag: „Die Brücke wird teurer.“"),
    ("Cemdorf", "„Das Bad bleibt zu“, sagte der Bürgermeister von Cemdorf."),
    ("Demdorf", "Der Bürgermeister von Demdorf ist 41 Jahre alt. Er erklärte, die Schule werde saniert."),
    ("Emdorf", "Der Bürgermeister von Emdorf sagte, die Feuerwehr brauche ein neues Auto."),
)


def test_what_names_nothing_of_its_own_is_answered_by_the_story_before_or_not_at_all(real_embedder: Embedder) -> None:
    articles = [make_article(text, name=f"{town}.txt") for town, text in TOWNS]
    index = make_index(*articles, embedder=real_embedder)
    bot = Chatbot(Retriever(index, real_embedder), ExtractiveWriter(60, CrossEncoder()), 10, 90)
    strike = "Wie viele Arbeiter entlässt die Werft in Amdorf?"
    assert bot.ask("Was sagt der Bürgermeister?").supported
    for asked in ("Was sagt der Bürgermeister?", "Wer ist der Bürgermeister?"):
        refused = bot.ask(asked, [strike])
        assert not refused.supported, "four other mayors"
        assert refused.searched == 1
        assert "nur in den Artikeln der Antwort davor" in answer_text(refused)
    elsewhere = bot.ask("Was sagt der Bürgermeister von Cemdorf?", [strike])
    assert elsewhere.citations[0].quote.article.id == "Cemdorf.txt", "it names another story"


def test_a_follow_up_that_looks_elsewhere_is_not_held_to_the_story_before(chatbot: Chatbot) -> None:
    earlier = "Was sagte Macron laut dpa zur Sicherungstruppe?"
    assert chatbot.ask("Und was will Merz dazu tun?", [earlier]).question.follows
    assert not chatbot.ask("Und was sagte er laut taz dazu?", [earlier]).question.follows
    assert chatbot.ask("Und was will Merz seit Mai 2026 dazu tun?", [earlier]).question.follows, "nothing is as new"


def test_a_short_question_may_change_the_subject_only_by_what_it_names(village: Chatbot) -> None:
    changed = village.ask("Wie heißt der Elefant?", ["Wann öffnet das Bad in Bedorf?"])
    assert "Paul" in answer_text(changed)
    assert changed.question.text == "Wie heißt der Elefant?"
    assert not village.ask("Wer hat das beschlossen?", ["Wann öffnet das Bad in Bedorf?"]).supported


def test_what_a_follow_up_follows_is_answered_once(village: Chatbot, monkeypatch: pytest.MonkeyPatch) -> None:
    village.ask("Wo hat der Zirkus seinen Platz?")
    read: list[str] = []
    search = village.retriever.search
    monkeypatch.setattr(village.retriever, "search", lambda one, count: read.append(one.asked) or search(one, count))  # type: ignore[func-returns-value]
    village.ask("Und wie heißt sein Elefant?", ["Wo hat der Zirkus seinen Platz?"])
    assert read == ["Wie heißt sein Elefant?"]


def test_thanks_are_nothing_that_a_question_leans_on(chatbot: Chatbot) -> None:
    earlier = "Wie viele Länder wollen sich an der Sicherungstruppe beteiligen?"
    asked = "Und wer hat das gesagt?"
    assert chatbot.ask(asked, [earlier, "Danke!", "Ok"]).question == chatbot.ask(asked, [earlier]).question


def test_what_cannot_be_answered_from_articles_gets_a_fitting_word_in_its_language_and_claims_nothing(
    chatbot: Chatbot,
) -> None:
    earlier = ["Was sagte Macron?"]
    for asked, said in (
        ("Das ist falsch", "nicht immer"),
        ("Woher weißt du das?", "Die Ziffer dahinter"),
        ("Translate that, please", "I only quote"),
        ("Was denkst du über Trump?", "eigene Meinung habe ich nicht"),
        ("Mehr", "Noch ist nichts gefragt"),
    ):
        answer = chatbot.ask(asked, [] if asked == "Mehr" else earlier)
        assert answer.outcome is Outcome.SMALL_TALK and not answer.supported and not answer.hits
        assert said in answer_text(answer)
        assert answer_json(answer, {})["outcome"] == "small_talk"


def quoted(answer: Answer) -> list[Passage]:
    return [citation.quote for citation in answer.citations]


def test_more_shows_what_else_bears_on_the_question_until_there_is_nothing_and_says_so(chatbot: Chatbot) -> None:
    asked = "Was sagte Macron?"
    first = chatbot.ask(asked)
    shown, history = quoted(first), [asked]
    for _ in range(20):
        more = chatbot.ask("Mehr dazu", history)
        history.append("Mehr dazu")
        if not more.supported:
            break
        assert not set(quoted(more)) & set(shown), "nothing is shown twice"
        assert more.confidence is None
        assert (more.question.typed, more.question.text) == ("Mehr dazu", asked)
        assert understood(more) == [f"Mehr zu: {asked}"]
        shown += quoted(more)
    assert len(shown) > len(quoted(first))
    assert more.outcome is Outcome.NOT_FOUND and not more.hits
    assert answer_text(more).startswith("Weitere Sätze, die darauf antworten, sind nicht zu finden.")
    assert chatbot.ask("weiter", history).outcome is Outcome.NOT_FOUND, "however often it is asked for"


def test_talk_between_does_not_change_what_more_is_of(chatbot: Chatbot) -> None:
    asked = "Was sagte Macron?"
    second = chatbot.ask("weiter", [asked, "mehr"])
    assert chatbot.ask("weiter", [asked, "Das ist falsch", "mehr", "Danke"]).citations == second.citations
    assert second.citations != chatbot.ask("weiter", [asked]).citations


def test_a_follow_up_behind_more_leans_on_the_question_and_asks_of_all_that_was_shown(chatbot: Chatbot) -> None:
    asked = "Was sagte Macron?"
    answer = chatbot.ask("Und wann?", [asked, "mehr"])
    assert answer.question.text == f"{asked} Wann?"
    further = {quote.article.id for quote in quoted(chatbot.ask("mehr", [asked]))}
    assert {quote.article.id for quote in quoted(chatbot.ask(asked))} | further == set(answer.question.follows)


def test_more_behind_a_refusal_is_the_refusal_and_behind_an_author_nothing(chatbot: Chatbot) -> None:
    refused = chatbot.ask("Wie wird das Wetter auf Teneriffa?")
    assert answer_text(chatbot.ask("mehr", [refused.question.typed])) == answer_text(refused)
    byline = "Wer hat den Artikel „Emanzipation sieht anders aus“ geschrieben?"
    assert chatbot.ask(byline).supported
    assert chatbot.ask("mehr", [byline]).outcome is Outcome.NOT_FOUND


def test_more_of_what_was_limited_is_limited_too(chatbot: Chatbot) -> None:
    asked = "Wie will die Koalition laut taz die Ukraine unterstützen?"
    more = chatbot.ask("mehr", [asked])
    assert more.supported and {quote.article.publisher for quote in quoted(more)} == {"taz"}
    dpa = chatbot.ask("mehr", ["Was sagte Macron?"], Filter(publisher="dpa"))
    assert {quote.article.publisher for quote in quoted(dpa)} <= {"dpa"}


def test_a_noun_that_no_article_holds_may_still_be_asked_behind_an_earlier_question(chatbot: Chatbot) -> None:
    answer = chatbot.ask("Gibt es einen Prozentsatz?", ["Was will Deutschland für die Luftverteidigung tun?"])
    assert "20 Prozent" in answer_text(answer)


def test_the_json_of_an_answer_repeats_its_quotes(chatbot: Chatbot) -> None:
    answer = chatbot.ask("Wie viele Länder wollen sich an der Sicherungstruppe beteiligen?")
    fields = answer_json(answer, {"total": 1.234}, "x")
    articles = {article.id: article for article in chatbot.retriever.index.articles}
    for citation in fields["citations"]:
        assert articles[citation["article"]].text[citation["start"] : citation["end"]] == citation["quote"]
    for passage in fields["passages"]:
        assert articles[passage["article"]].text[passage["start"] : passage["end"]] == passage["text"]
    assert fields["supported"] and fields["id"] == "x" and fields["timings_ms"] == {"total": 1.23}


def test_another_model_than_the_index_was_built_with_is_refused(seeds_settings: Settings) -> None:
    with pytest.raises(IndexMismatch, match="rag build"):
        Chatbot.of(load_index(seeds_settings.index), LetterEmbedder(), seeds_settings)


COUNTED = make_article("Eins zwei drei.")
ONE = Passage(COUNTED, 0, 4)


@pytest.mark.parametrize(
    ("sentence", "citations"),
    [
        (Sentence("Frei erfunden.", ()), [Citation(1, ONE, None)]),
        (Sentence("Eins", (2,)), [Citation(1, ONE, None)]),
        (Sentence("Eins", (1,)), [Citation(1, ONE, None), Citation(1, ONE, None)]),
        (Sentence("drei", (1,)), [Citation(1, Passage(COUNTED, -5, -1), None)]),
        (Sentence("Eins", (1,)), [Citation(1, Passage(COUNTED, 4, 4), None)]),
    ],
)
def test_what_a_writer_makes_up_is_never_shown(sentence: Sentence, citations: list[Citation]) -> None:
    class Liar:
        def write(self, question: Question, *_: object, **__: object) -> Answer:
            return Answer(question, Outcome.ANSWERED, (sentence,), tuple(citations))

    with pytest.raises(QuoteError):
        Chatbot(Retriever(make_index(COUNTED), LetterEmbedder()), Liar(), 10, 90).ask("Was steht da?")


def test_a_sentence_that_is_not_its_quote_is_never_shown() -> None:
    article = make_article("Eins zwei drei.")
    quote = Passage(article, 0, 4)
    asked = Question("?", "?", "de")
    wrong = Answer(asked, Outcome.ANSWERED, (Sentence("Drei", (1,)),), (Citation(1, quote, None),))
    with pytest.raises(QuoteError, match=r"a\.txt"):
        verify(wrong)
    other = Citation(2, Passage(article, 5, 9), None)
    with pytest.raises(QuoteError):
        verify(Answer(asked, Outcome.ANSWERED, (Sentence("Eins", (1, 2)),), (Citation(1, quote, None), other)))
    outside = Answer(asked, Outcome.ANSWERED, (Sentence("Eins", (1,)),), (Citation(1, quote, (3, 9)),))
    with pytest.raises(QuoteError):
        verify(outside)


def test_a_follow_up_that_names_what_no_article_does_is_not_answered_by_what_it_follows(
    seeds_settings: Settings,
) -> None:
    chatbot = Chatbot.open(seeds_settings)
    earlier = "Wie viele Länder wollen sich an der Sicherungstruppe beteiligen?"
    assert chatbot.ask(earlier).supported
    for asked in ("Wie wird das Wetter auf Teneriffa?", "Und was sagt Orbán dazu?"):
        answer = chatbot.ask(asked, [earlier])
        assert not answer.supported
        assert {"Teneriffa", "Orbán"} & set(answer.unknown_words)
    assert chatbot.ask("Und was sagt Merz dazu?", [earlier]).supported


@pytest.mark.parametrize(
    "asked",
    [
        "Was kostet Deutschland die Ausrüstung der Infanteriebrigaden?",
        "On what date did Trump and Putin meet in Alaska?",
        "Wie heißt der Armeechef, der das Konzept für die Garantien vorgestellt hat?",
        "What kind of missiles hit Sumy?",
    ],
)
def test_what_just_misses_the_articles_is_refused(chatbot: Chatbot, asked: str) -> None:
    assert chatbot.ask(asked).outcome is Outcome.NOT_FOUND


def test_the_questions_that_come_with_the_articles_have_their_evidence_in_them(chatbot: Chatbot) -> None:
    articles = chatbot.retriever.index.articles
    texts = {article.id: " ".join(article.text.split()) for article in map(articles.__getitem__, range(len(articles)))}
    with Path("evals/questions/seeds.jsonl").open(encoding="utf-8") as lines:
        cases = read_cases(lines, "seeds")
    for gold in (gold for case in cases for gold in case.gold):
        assert overlap(texts[gold.article], gold.quote) > 0.8, gold


def test_one_of_a_list_and_then_another(chatbot: Chatbot) -> None:
    asked = ["Welche Artikel gibt es?"]
    listed = chatbot.ask(asked[0])
    for place, said in ((1, "den zweiten"), (3, "und den vierten"), (0, "den ersten")):
        answer = chatbot.ask(said, asked)
        assert answer.citations[0].quote.article == listed.citations[place].quote.article
        asked.append(said)


def test_what_a_paper_prints_is_told_by_its_articles_and_then_by_anothers_and_all(chatbot: Chatbot) -> None:
    asked = ["Was schreibt die taz über Macron?"]
    assert {one.quote.article.publisher for one in chatbot.ask(asked[0]).citations} == {"taz"}
    assert {one.quote.article.publisher for one in chatbot.ask("Und die dpa?", asked).citations} == {"dpa"}
    everywhere = chatbot.ask("Und alle anderen?", asked)
    assert {"taz", "dpa"} < {one.quote.article.publisher for one in everywhere.citations}
