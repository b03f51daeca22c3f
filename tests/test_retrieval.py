"""Three rankings are fused by score; hits say how each of their sentences bears on the question."""

import numpy as np
import pytest

from rag.language import detect
from rag.reading.drafting import Draft, Part, assemble
from rag.records import BlockKind, Question
from rag.retrieval import Retriever, fuse
from tests.conftest import LetterEmbedder, make_article, make_index


def asked(text: str) -> Question:
    return Question(text, text, detect(text))


def retriever() -> Retriever:
    index = make_index(
        make_article("Der Hund schläft im Garten. Er träumt.", name="hund.txt"),
        make_article("Die Regierung erhöht die Steuern auf Benzin.", name="steuer.txt", title="Steuern steigen"),
        make_article("Das Konzert in Köln war ausverkauft.", name="konzert.txt"),
    )
    return Retriever(index, LetterEmbedder())


def test_the_passage_that_holds_the_words_comes_first() -> None:
    found = retriever().search(asked("Welche Steuern erhöht die Regierung?"), 10)
    assert found[0].passage.article.id == "steuer.txt"
    assert found[0].word_rank == found[0].gram_rank == 1
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


def test_what_holds_nothing_asked_for_has_no_place_and_equals_share_theirs() -> None:
    texts = ("Der Hund bellt.", "Der Hund beißt.", "Es regnet.")
    articles = [make_article(text, name=name) for text, name in zip(texts, "abc", strict=True)]
    found = Retriever(make_index(*articles), LetterEmbedder()).search(asked("Wo ist der Hund?"), 10)
    places = {hit.passage.article.id: (hit.word_rank, hit.gram_rank) for hit in found}
    assert places["a"][0] == places["b"][0] == 1
    assert places["c"] == (None, None)


def test_a_compound_is_found_by_its_parts() -> None:
    found = retriever().search(asked("Benzinsteuererhöhung"), 1)
    assert found[0].passage.article.id == "steuer.txt"


def test_evidence_is_each_sentence_in_order_with_its_shares() -> None:
    hit = retriever().search(asked("Wo schläft der Hund?"), 1)[0]
    first, second = hit.evidence
    assert (first.quote.text, second.quote.text) == ("Der Hund schläft im Garten.", "Er träumt.")
    assert first.words == pytest.approx(1.0)
    assert second.words == 0.0
    assert 0 <= second.grams < first.grams <= 1
    assert second.meaning < first.meaning


def test_evidence_names_the_words_that_matched_also_across_languages() -> None:
    first, _ = retriever().search(asked("Wo schläft der Hund?"), 1)[0].evidence
    assert first.matches == (("schläft", "schläft"), ("Hund", "Hund"))
    english = retriever().search(asked("Where does the dog sleep?"), 1)[0].evidence[0]
    assert english.quote.text == "Der Hund schläft im Garten."
    assert ("dog", "Hund") in english.matches


def test_a_follow_ups_own_words_tell_more_than_those_it_takes_from_before() -> None:
    follow_up = Question("Und der Hund?", "Und der Hund?", "de", "Wo war das Konzert?")
    earlier, own = (retriever().terms(follow_up)[at] for at in (0, -1))
    assert (earlier.asked, own.asked) == ("Konzert", "Hund")
    assert own.weight > 2 * earlier.weight
    assert own.readings[0].weight > 2 * earlier.readings[0].weight


def test_words_of_no_article_are_named_as_they_were_asked() -> None:
    assert retriever().unknown_words(asked("Warum schweigt Ursula zum Hund?")) == ("schweigt", "Ursula")


def test_names_that_no_article_holds_are_strangers() -> None:
    find = retriever()
    assert find.strangers(asked("Was sagte Orbán im September zum Hund?")) == ("Orbán",)
    assert find.strangers(asked("Wie hoch ist der Anteil der Steuern?")) == (), "a word, though no article has it"
    assert find.strangers(asked("Wie hoch waren die Steuern 2019?")) == ("2019",)
    assert find.strangers(asked("Gilt das für 777 Hunde?")) == (), "any other number may be spelled out"
    assert find.strangers(Question("Erkläre das.", "Erkläre das.", "de", "Wo war das Konzert?")) == (), (
        "a verb that opens"
    )
    assert find.strangers(asked("What did Biden say in Cologne?")) == ("Biden",)
    assert find.strangers(asked("Wer hat den Artikel über Hunde geschrieben?")) == ()
    assert find.strangers(asked("Gehört der Hund zur Flugabwehr?")) == (), "a compound of known words"
    assert find.strangers(asked("Which American barks at the dog?")) == (), "translated"
    assert find.strangers(asked("Wie wird das Wetter?")) == ()


def test_it_is_known_whether_any_article_holds_a_word_of_a_question() -> None:
    find = retriever()
    assert find.knows_of(asked("Wie findet der Hund das Wetter?"))
    assert not find.knows_of(asked("Wie wird das Wetter?"))
    assert not find.knows_of(asked("Was?"))


def test_names_of_a_question_are_told_from_its_other_capitals() -> None:
    find = retriever()
    assert find.names(asked("Was sagte Orbán im September zum Hund?")) == ("Orbán",)
    assert find.names(asked("Did Biden call Macron, and what did Macron say in 1994?")) == ("Biden", "Macron")


def test_names_and_words_that_few_passages_hold_tell_which_story_is_meant() -> None:
    town, many = (
        "In Celle entgleiste gestern ein Zug.",
        [f"Ein Zug hielt am {day}. Mai in Peine." for day in range(1, 9)],
    )
    index = make_index(*(make_article(text, name=f"{row}.txt") for row, text in enumerate([town, *many])))
    find = Retriever(index, LetterEmbedder())
    assert find.telling(asked("Wann hielt der Zug in celle?")) == ("celle",), "few passages hold it"
    assert find.telling(asked("Wann hielt der Zug in Peine, und wann in Verden?")) == ("Peine", "Verden"), "names"
    assert find.telling(asked("wann hielt der zug in peine?")) == ()
    assert find.telling(asked("When was the train derailed?")) == ()


def test_an_english_spelling_finds_the_german_one_and_is_no_stranger() -> None:
    index = make_index(make_article("Die Sprecherin Maria Sacharowa schwieg zu den Fragen.", name="de.txt"))
    find = Retriever(index, LetterEmbedder())
    question = asked("What did Maria Zakharova say?")
    assert find.strangers(question) == find.unknown_words(question) == ()
    assert ("Zakharova", "Sacharowa") in find.search(question, 1)[0].evidence[0].matches
    assert find.strangers(asked("What did Maria Lavrova say?")) == ("Lavrova",)
    in_haste = asked("what did zakharova say?")
    assert ("zakharova", "Sacharowa") in find.search(in_haste, 1)[0].evidence[0].matches
    english = Retriever(make_index(make_article("Maria Zakharova said nothing about the questions.")), LetterEmbedder())
    assert ("sacharowa", "Zakharova") in english.search(asked("was sagte sacharowa?"), 1)[0].evidence[0].matches


@pytest.mark.parametrize(
    ("question", "told", "name"),
    [
        ("Who reached Kyiv?", "Die Delegation kam mit dem Zug in Kiew an.", "Kiew"),
        ("Wer kam in Kyjiw an?", "Die Delegation kam mit dem Zug in Kiew an.", "Kiew"),
        ("Wer kam in Kiew an?", "The delegation reached Kyiv by train.", "Kyiv"),
        ("Who reached Türkiye?", "Die Delegation kam mit dem Zug in der Türkei an.", "Türkei"),
        ("Wer kam in Lemberg an?", "Die Delegation kam mit dem Zug in Lwiw an.", "Lwiw"),
        ("Wer kam in Beijing an?", "Die Delegation kam mit dem Zug in Peking an.", "Peking"),
        ("Who reached Milan?", "Die Delegation kam mit dem Zug in Mailand an.", "Mailand"),
        ("Wer kam in Bachmut an?", "The delegation reached Bakhmut by train.", "Bakhmut"),
        ("wer kam in kyjiw an?", "Die Delegation kam mit dem Zug in Kiew an.", "Kiew"),
    ],
)
def test_a_place_is_found_by_each_of_its_names(question: str, told: str, name: str) -> None:
    find = Retriever(make_index(make_article(told)), LetterEmbedder())
    assert find.strangers(asked(question)) == ()
    asked_for = question.split()[2 if question.startswith("Who") else 3].strip("?")
    assert asked_for not in find.unknown_words(asked(question))
    assert (asked_for, name) in find.search(asked(question), 1)[0].evidence[0].matches


def test_a_synonym_is_read_only_where_no_article_holds_the_word_itself() -> None:
    pause, rest = "Die Feuerpause begann am Montag.", "Die Waffenruhe begann am Montag."
    question = asked("Wann begann die Feuerpause?")
    alone = Retriever(make_index(make_article(rest)), LetterEmbedder())
    assert ("Feuerpause", "Waffenruhe") in alone.search(question, 1)[0].evidence[0].matches
    both = Retriever(make_index(make_article(rest, name="b.txt"), make_article(pause)), LetterEmbedder())
    assert [hit.evidence[0].words for hit in both.search(question, 2)] == [1.0, pytest.approx(0.5, abs=0.5)]
    assert len(both.terms(question)[-1].readings) == 1


def test_a_translation_is_no_stranger_where_articles_are_in_two_languages() -> None:
    index = make_index(
        make_article("Moskau und Köln sind Städte, die viele Menschen kennen.", name="de.txt"),
        make_article("The dog sleeps in the garden and the cat is awake.", name="en.txt"),
    )
    assert index.articles.languages == {"de", "en"}
    assert Retriever(index, LetterEmbedder()).strangers(asked("What did Moscow decide?")) == ()


def test_of_a_foreign_question_only_names_and_numbers_are_missed() -> None:
    assert retriever().unknown_words(asked("Does the dog of Ursula sleep in 1994?")) == ("Ursula", "1994")


def test_what_stands_in_tags_alone_does_not_count_as_missing() -> None:
    parts = [Part(BlockKind.BODY, "Der Hund schläft."), Part(BlockKind.TAGS, "Haustiere")]
    index = make_index(assemble("a.txt", Draft(parts)))
    found = Retriever(index, LetterEmbedder()).unknown_words(asked("Was tun Haustiere und Kakadus?"))
    assert found == ("tun", "Kakadus")


def test_no_more_hits_than_passages_and_no_fewer_than_asked() -> None:
    assert len(retriever().search(asked("Hund"), 10)) == 4
    assert len(retriever().search(asked("Hund"), 2)) == 2


def test_a_question_of_stop_words_alone_still_finds_something_near() -> None:
    assert retriever().search(asked("Wer ist das?"), 3)


def test_fusion_is_the_weighted_sum_of_z_scores() -> None:
    one, two = np.array([1.0, 2.0, 3.0], np.float32), np.array([5.0, 5.0, 5.0], np.float32)
    expected = 2 * (one - 2) / one.std()
    assert fuse([one, two], [2.0, 9.0]) == pytest.approx(expected)


def test_a_report_that_several_papers_print_is_one_hit_with_all_their_sentences() -> None:
    report = "Der Rat der Stadt Köln hat am Montag den Bau der neuen Brücke über den Rhein beschlossen."
    index = make_index(
        make_article(f"{report} Baubeginn ist im Mai.", name="eins.txt"),
        make_article(f"{report} Baubeginn ist im Mai, hieß es.", name="zwei.txt"),
        make_article(f"{report} Baubeginn ist nicht im Mai.", name="drei.txt"),
        make_article("Der Rat tagt wieder im Juni.", name="vier.txt"),
    )
    found = Retriever(index, LetterEmbedder()).search(asked("Wann beginnt der Bau der Brücke?"), 3)
    one = next(hit for hit in found if hit.passage.article.id in ("eins.txt", "zwei.txt"))
    assert {evidence.quote.article.id for evidence in one.evidence} == {"eins.txt", "zwei.txt"}
    assert {hit.passage.article.id for hit in found} == {one.passage.article.id, "drei.txt", "vier.txt"}
