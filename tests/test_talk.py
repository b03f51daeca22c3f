"""What asks nothing of the articles is told from every question that does."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.records import Language, Talk
from rag.talk import LONGEST, more_asked, small_talk

QUESTIONS = Path(__file__).parent.parent / "evals" / "questions"


@pytest.mark.parametrize(
    "text",
    [
        *("", "   ", "?!", "Hallo!", "Guten Tag", "hi there", "Danke schön", "How are you?", "Ok, thank you!", "Bitte"),
        *("Dankeschön!", "Danke dir", "Vielen Dank für die Antwort.", "Thanks, that helps", "Ja", "Nein, danke"),
        *("Alles klar", "Grüß Gott", "Guten Tag, ich habe eine Frage", "Good night!", "Wie geht's?", "That's great!"),
    ],
)
def test_greetings_thanks_and_empty_input_are_small_talk(text: str) -> None:
    found = small_talk(text)
    assert found is not None and found[0] is Talk.GREETING


@pytest.mark.parametrize(
    ("talk", "german", "english"),
    [
        (
            Talk.SELF,
            [
                "Wer bist du?",
                "Wie alt bist du?",
                "Wer sind Sie?",
                "Moin, was kannst du?",
                "Hilfe",
                "Können Sie mir bitte helfen?",
            ],
            ["Who are you?", "Are you real?", "What can you do?", "help", "Can you help me?", "Hi, what's your name?"],
        ),
        (
            Talk.WORKINGS,
            ["Wie funktionierst du?", "Bist du ChatGPT?", "Bist du eine KI oder ein Mensch?", "Welche KI bist du?"],
            ["How do you work?", "Are you an AI?", "Which model are you?"],
        ),
        (
            Talk.LANGUAGES,
            ["Kannst du auch Englisch?", "Auf Deutsch bitte", "Welche Sprachen verstehst du?"],
            ["Do you speak German?", "In English, please", "May I ask in German?"],
        ),
        (
            Talk.PRIVACY,
            ["Bist du offline?", "Speicherst du meine Daten?", "Suchst du im Internet?"],
            ["Are you offline?", "Do you store my questions?", "Can you search the web?"],
        ),
        (
            Talk.OPINION,
            ["Wie ist deine Meinung?", "Was denkst du über Trump?", "Was halten Sie von der Koalition?"],
            ["What do you think?", "What's your opinion on the coalition?", "Do you like Trump?"],
        ),
        (
            Talk.CANNOT,
            ["Übersetze das ins Englische", "uebersetze das", "Kürzer bitte", "Erkläre das einfacher"],
            ["Shorter please", "Explain like I'm five", "Could you translate this into German?"],
        ),
        (
            Talk.CANNOT,
            [
                "Schreib mir einen Artikel über Trump",
                "Mach mir ein Bild von Macron",
                "Kannst du mir eine E-Mail an Merz schreiben?",
            ],
            ["Write a poem about Macron", "Tell me a joke", "What do you mean by that?"],
        ),
        (
            Talk.COMPLAINT,
            ["Das ist falsch", "Nein, das stimmt doch gar nicht", "Das war keine Antwort auf meine Frage", "Quatsch!"],
            ["wrong", "That's not what I asked", "You didn't answer my question", "This is nonsense"],
        ),
        (
            Talk.SOURCE,
            ["Woher weißt du das?", "Wo steht das?", "Quelle?", "Zeig mir die Quelle", "Kann ich dir vertrauen?"],
            ["Source?", "Prove it", "How do you know that?", "Where does it say that?", "Are you sure?"],
        ),
    ],
)
def test_each_kind_of_talk_is_told_in_both_languages(talk: Talk, german: list[str], english: list[str]) -> None:
    assert {text: small_talk(text) for text in german} == dict.fromkeys(german, (talk, "de"))
    assert {text: small_talk(text) for text in english} == dict.fromkeys(english, (talk, "en"))


@pytest.mark.parametrize("pasted", ["Übersetze den folgenden Text: ", "Translate this to German: "])
def test_a_request_to_translate_is_one_whatever_is_pasted_behind_it(pasted: str) -> None:
    found = small_talk(pasted + "Wer regiert Italien? Das ist die Frage. " * 40)
    assert found is not None and found[0] is Talk.CANNOT


@pytest.mark.parametrize(
    "text",
    [
        *("Hallo, wer regiert Italien?", "Wer sagte danke?", "Test der Rakete", "Yes or no?", "Danke, und wer zahlt?"),
        *("Was denkst du, warum Merz zögert?", "Was denkt Merz über Trump?", "What do you think will happen?"),
        *("Woher weiß Kiew das?", "Wo steht das Mahnmal?", "Woher stammen diese Angaben?", "Gibt es Beweise dafür?"),
        *("Erkläre mir die Sicherheitsgarantien", "Explain the coalition", "Wie funktioniert die Flugabwehr?"),
        *("Wer sind sie?", "Woher wissen sie das?", "Was denken sie darüber?", "Können sie mehr?", "Ist das falsch?"),
        *("Write a summary of the dpa report", "Schreib eine Zusammenfassung", "Hilfe für die Ukraine", "Sing Sing"),
        *("Kann das helfen?", "Does that explain it?", "Is there any evidence for this?", "What is wrong with it?"),
        *(
            "Wie geht es weiter?",
            "Und wann?",
            "And when?",
            "Wie ist das?",
            "Wie viel mehr?",
            "Mehr Geld",
            "Mehr zu Merz",
            "No more",
        ),
        *("Tell me more about Macron", "More weapons for Ukraine", "Was sagte er noch?", "Weitere Artikel", "Artikel"),
        *("Stimmt es, dass Merz zögert?", "Source of the leak", "Kurz", "Übersetzer getötet", "Wie erklärt er das?"),
    ],
)
def test_questions_are_neither_talk_nor_for_more(text: str) -> None:
    assert small_talk(text) is None
    assert more_asked(text) is None


def real_questions() -> Iterator[str]:
    for path in sorted(QUESTIONS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            fields = json.loads(line)
            yield from (fields["question"], *fields.get("history", ()))


def test_no_question_that_the_articles_are_measured_by_is_taken_for_either() -> None:
    asked = set(real_questions())
    assert len(asked) > 1000
    assert [text for text in asked if small_talk(text) or more_asked(text)] == []


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        (
            "de",
            [
                "mehr",
                "Mehr dazu",
                "weiter",
                "Noch mehr Details",
                "Und?",
                "Erzähl mir mehr darüber",
                "Weitere Belege bitte",
            ],
        ),
        ("de", ["Danke, mehr bitte", "Was noch?", "Ist das alles?", "Kannst du mir mehr dazu sagen?", "Die nächsten"]),
        (
            "en",
            [
                "more",
                "More please",
                "And?",
                "Tell me more",
                "Anything else?",
                "go on",
                "I'd like to know more about that",
            ],
        ),
    ],
)
def test_more_is_asked_for_in_both_languages(language: Language, texts: list[str]) -> None:
    assert {text: more_asked(text) for text in texts} == dict.fromkeys(texts, language)


def test_more_articles_are_asked_for_only_where_articles_were_listed() -> None:
    for text in ("Gibt es noch mehr Artikel dazu?", "Show me more articles"):
        assert more_asked(text) is None
        assert more_asked(text, "articles")
    assert more_asked("Zeig mir die Artikel", "articles") is None


@pytest.mark.parametrize(
    ("said", "talk"),
    [("hi ", Talk.GREETING), ("danke schön ", Talk.GREETING), ("mehr ", None), ("das ist ", None), ("write a ", None)],
)
def test_a_text_of_any_length_is_told(said: str, talk: Talk | None) -> None:
    told = small_talk(said * 20_000)
    assert (told and told[0]) == talk


@pytest.mark.parametrize("before", [" ", "\n", "Hallo, ", "Danke. ", "Mehr bitte, "])
def test_a_question_is_one_however_much_stands_before_it(before: str) -> None:
    asked = f"{before * 2 * LONGEST}Wer ist Merz?"
    assert small_talk(asked) is None and more_asked(asked) is None
