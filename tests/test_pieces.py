"""Questions about articles themselves are told from those about what they tell."""

import pytest

from rag.pieces import OfPiece, asked_of_it, asked_of_pieces, means_several, subject_of
from rag.records import Language


@pytest.mark.parametrize(
    ("question", "language", "asked"),
    [
        ("Wer hat den Artikel über die Brücke geschrieben?", "de", OfPiece.AUTHOR),
        ("Who wrote the report on the bridge?", "en", OfPiece.AUTHOR),
        ("Wann erschien der taz-Artikel über die Brücke?", "de", OfPiece.PUBLISHED),
        ("Wann soll der Bericht über die Brücke erscheinen?", "de", None),
        ("When will the report on the bridge appear?", "en", None),
        ("When was the article about the bridge published?", "en", OfPiece.PUBLISHED),
        ("On which day did the paper run its article about the bridge?", "en", OfPiece.PUBLISHED),
        ("Wann wurde der Agenturtext über die Brücke zuletzt überarbeitet?", "de", OfPiece.PUBLISHED),
        ("Who carried out the attack, according to the report?", "en", None),
        ("When will the trains run again, according to the article?", "en", None),
        ("Who has run the museum since 2019, according to the report?", "en", None),
        ("Wer hat das Foto zum dpa-Bericht geschossen?", "de", OfPiece.CREDIT),
        ("Wie heißt der Fotograf des Bildes im Bericht?", "de", OfPiece.CREDIT),
        ("Who took the photo in the taz report?", "en", OfPiece.CREDIT),
        ("Who can be seen in the picture of the article, and when was it taken?", "en", OfPiece.PICTURE),
        ("Wer ist auf dem Foto zum dpa-Bericht zu sehen?", "de", OfPiece.PICTURE),
        ("Was zeigt die Fotografie im Artikel?", "de", OfPiece.PICTURE),
        ("Wer tötete laut Bericht den Fotografen?", "de", None),
        ("Who is the photographer of the report?", "en", OfPiece.CREDIT),
        ("Who shot the photographer, according to the report?", "en", None),
        ("Which tags does the commentary carry?", "en", OfPiece.TAGS),
        ("Unter welcher Überschrift berichtete die taz?", "de", OfPiece.HEADLINE),
        ("Welchen Titel hat der Essay über die Brücke?", "de", OfPiece.HEADLINE),
        ("What is the headline of the dpa report?", "en", OfPiece.HEADLINE),
        ("Welchen Titel trägt der taz-Artikel über die Brücke?", "de", OfPiece.HEADLINE),
        ("Wie ist der dpa-Bericht überschrieben?", "de", OfPiece.HEADLINE),
        ("What is the dpa article called?", "en", OfPiece.HEADLINE),
        ("Was ist der Titel des letzten Artikels?", "de", OfPiece.HEADLINE),
        ("What is the title of the dpa report?", "en", OfPiece.HEADLINE),
        ("Wer schrieb den Artikel mit der Überschrift „Schönes Bild“?", "de", OfPiece.AUTHOR),
        ("When was the piece with the headline “Rain” published?", "en", OfPiece.PUBLISHED),
        ("Welchen Titel trägt der Papst?", "de", None),
        ("Wer verteidigte laut dem Bericht den Titel des Weltmeisters?", "de", None),
        ("Warum machte der Minister Schlagzeilen?", "de", None),
        ("Who made headlines with a speech in Paris?", "en", None),
        ("What title did the boxer win, according to the report?", "en", None),
        ("Who is reported to have left?", "en", None),
        ("An welchem Tag trafen sich die Minister?", "de", None),
        ("Wie läuft die Aufnahme der Ukraine in die EU?", "de", None),
        ("Wann erschien Selenskyj in Paris?", "de", None),
        ("When did Trump appear at the summit?", "en", None),
        ("Was sagt der Autor über Macron?", "de", None),
        ("Wer hat Putin einen Brief geschrieben?", "de", None),
        ("Welches Bild zeichnet Merz von der Lage?", "de", None),
        ("Welche Nachrichtenagentur lieferte den Text über die Brücke?", "de", OfPiece.AUTHOR),
        ("Which news agency supplied the report on the bridge?", "en", OfPiece.AUTHOR),
        ("Welche Agentur lieferte den Bericht?", "de", OfPiece.AUTHOR),
        ("Welche Agentur meldet Verluste?", "de", None),
        ("Wer leitet laut dem Bericht die Bundesagentur?", "de", None),
        ("Who heads the agency, according to the report?", "en", None),
        ("Which agency runs the bridge, according to the report?", "en", None),
        ("Wann veröffentlichte der Rechnungshof seinen Bericht zur Bahn?", "de", None),
        ("Wer schrieb den Bericht des Rechnungshofs zur Bahn?", "de", None),
        ("Wer schrieb den Bericht der dpa zur Bahn?", "de", OfPiece.AUTHOR),
        ("Wann wurde der Bildungsbericht fertiggestellt?", "de", None),
        ("Wer hat den Bildungsbericht vorgestellt?", "de", None),
        ("Wer bildet laut Bericht die neue Regierung?", "de", None),
        ("Wer schrieb Artikel 5 des Nato-Vertrags?", "de", None),
        ("Wer schrieb den Text der Hymne?", "de", None),
        ("Wann wurden die Anmeldungen veröffentlicht?", "de", None),
        ("Wann erschien der Gastkommentar über die Brücke?", "de", OfPiece.PUBLISHED),
        ("When did the audit office publish its report on the railway?", "en", None),
        ("Who wrote the police report?", "en", None),
        ("What was the headline inflation rate in March?", "en", None),
    ],
)
def test_what_is_asked_of_an_article_itself_is_told_by_the_question(
    question: str, language: Language, asked: OfPiece | None
) -> None:
    assert asked_of_pieces(question, language) is asked


def test_somebodys_own_report_is_an_article_where_a_publisher_is_named() -> None:
    asked = "When did taz publish its report on the bridge?"
    assert asked_of_pieces(asked, "en") is None
    assert asked_of_pieces(asked, "en", publishers=["Herald", "taz"]) is OfPiece.PUBLISHED


TITLES = ["Streit um Brücken: Die Stadt baut nicht", "Neue Brücke"]


@pytest.mark.parametrize(
    ("question", "language", "asked"),
    [
        ("Wann erschien „Die Stadt baut nicht“?", "de", OfPiece.PUBLISHED),
        ("Wer schrieb »die stadt baut nicht«?", "de", OfPiece.AUTHOR),
        ('When was "Die Stadt baut nicht" published?', "en", OfPiece.PUBLISHED),
        ("Wer schrieb „Neue Brücke“?", "de", OfPiece.AUTHOR),
        ("Wann erschien „Die Stadt baut“ auf Plakaten?", "de", None),
        ("Wann war erstmals von einer „Neuen Stadt“ die Rede?", "de", None),
        ("Wer schrieb „Die Brücke muss weg“ auf X?", "de", None),
        ("Wer schrieb „Stadt“ an die Brücke?", "de", None),
    ],
)
def test_a_title_in_quotation_marks_is_the_article(question: str, language: Language, asked: OfPiece | None) -> None:
    assert asked_of_pieces(question, language, TITLES) is asked


@pytest.mark.parametrize(
    ("question", "language", "subject"),
    [
        ("Wer schrieb den Bericht über den Mond?", "de", " den Mond?"),
        ("Wer schrieb den taz-Bericht zur Mondlandung?", "de", " Mondlandung?"),
        ("Who wrote the report on the moon?", "en", " the moon?"),
        ("Wer schrieb den Artikel „Flug zum Mond“?", "de", "„Flug zum Mond“"),
        ("Wer hat das Foto zum dpa-Bericht geschossen?", "de", ""),
        ("On what day was the picture of the report taken?", "en", ""),
    ],
)
def test_the_subject_of_an_article_is_told(question: str, language: Language, subject: str) -> None:
    assert subject_of(question, language) == subject


@pytest.mark.parametrize(
    ("question", "language", "several"),
    [
        ("Wann sind die beiden taz-Artikel erschienen?", "de", True),
        ("Which tags do both articles carry?", "en", True),
        ("Which dates do the two taz articles have?", "en", True),
        ("Wer schrieb den Artikel über die drei Länder, die der EU beitreten?", "de", False),
        ("Who wrote the article about all kinds of reports?", "en", False),
    ],
)
def test_several_articles_are_meant_where_they_are_counted(question: str, language: Language, several: bool) -> None:
    assert means_several(question, language) is several


@pytest.mark.parametrize(
    ("asked", "language", "wanted"),
    [
        ("Wer hat ihn geschrieben?", "de", OfPiece.AUTHOR),
        ("Und wer hat den Artikel geschrieben", "de", OfPiece.AUTHOR),
        ("Und von wann ist das?", "de", OfPiece.PUBLISHED),
        ("Wann ist der Text erschienen?", "de", OfPiece.PUBLISHED),
        ("In welcher Zeitung steht das eigentlich?", "de", OfPiece.PUBLISHER),
        ("Woher stammt das?", "de", OfPiece.PUBLISHER),
        ("Who wrote it?", "en", OfPiece.AUTHOR),
        ("And when was this published?", "en", OfPiece.PUBLISHED),
        ("Which paper is it from?", "en", OfPiece.PUBLISHER),
        ("Woher kommt das Virus?", "de", None),
        ("Wann war das?", "de", None),
        ("Wer hat das Gesetz geschrieben?", "de", None),
        ("Who wrote that letter?", "en", None),
    ],
)
def test_what_is_asked_of_the_article_spoken_of_is_told_by_the_whole_question(
    asked: str, language: Language, wanted: OfPiece | None
) -> None:
    assert asked_of_it(asked, language) is wanted
