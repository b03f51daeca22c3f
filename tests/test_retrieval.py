"""Three rankings are fused by score; hits say how each of their sentences bears on the question."""

import numpy as np
import pytest

from rag.conversation import stand_alone
from rag.retrieval import Retriever, fuse
from tests.conftest import LetterEmbedder, make_article, make_index


def retriever() -> Retriever:
    index = make_index(
        make_article("Der Hund schläft im Garten. Er träumt.", name="hund.txt"),
        make_article("Die Regierung erhöht die Steuern auf Benzin.", name="steuer.txt", title="Steuern steigen"),
        make_article("Das Konzert in Köln war ausverkauft.", name="konzert.txt"),
    )
    return Retriever(index, LetterEmbedder())


def test_the_passage_that_holds_the_words_comes_first() -> None:
    found = retriever().search(stand_alone("Welche Steuern erhöht die Regierung?", []), 10)
    assert found.hits[0].passage.article.id == "steuer.txt"
    assert found.hits[0].word_rank == found.hits[0].gram_rank == 1
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)


def test_a_compound_is_found_by_its_parts() -> None:
    found = retriever().search(stand_alone("Benzinsteuererhöhung", []), 1)
    assert found.hits[0].passage.article.id == "steuer.txt"


def test_evidence_is_each_sentence_in_order_with_its_shares() -> None:
    hit = retriever().search(stand_alone("Wo schläft der Hund?", []), 1).hits[0]
    first, second = hit.evidence
    assert (first.quote.text, second.quote.text) == ("Der Hund schläft im Garten.", "Er träumt.")
    assert first.words == pytest.approx(1.0)
    assert second.words == 0.0
    assert 0 <= second.grams < first.grams <= 1
    assert second.meaning < first.meaning


def test_words_of_no_article_are_named_as_they_were_asked() -> None:
    found = retriever().search(stand_alone("Warum schweigt Ursula zum Hund?", []), 3)
    assert found.unknown_words == ("schweigt", "Ursula")


def test_of_a_foreign_question_only_names_and_numbers_are_missed() -> None:
    found = retriever().search(stand_alone("Does the dog of Ursula sleep in 1994?", []), 3)
    assert found.unknown_words == ("Ursula", "1994")


def test_no_more_hits_than_passages_and_no_fewer_than_asked() -> None:
    assert len(retriever().search(stand_alone("Hund", []), 10).hits) == 4
    assert len(retriever().search(stand_alone("Hund", []), 2).hits) == 2


def test_a_question_of_stop_words_alone_still_finds_something_near() -> None:
    assert retriever().search(stand_alone("Wer ist das?", []), 3).hits


def test_fusion_is_the_weighted_sum_of_z_scores() -> None:
    one, two = np.array([1.0, 2.0, 3.0], np.float32), np.array([5.0, 5.0, 5.0], np.float32)
    expected = 2 * (one - 2) / one.std()
    assert fuse([one, two], [2.0, 9.0]) == pytest.approx(expected)
