"""What Belegt says of its own to what asks nothing of the articles."""

from collections.abc import Mapping

from rag.records import Language, Talk

REPLIES: Mapping[Language, Mapping[Talk, str]] = {
    "de": {
        Talk.GREETING: (
            "Fragen Sie mich etwas zu den Artikeln. Ich antworte mit Sätzen daraus und zeige, wo sie stehen."
        ),
        Talk.SELF: (
            "Ich bin Belegt. Fragen Sie mich etwas zu den Artikeln, und ich antworte mit Sätzen daraus, wörtlich "
            "und mit der Stelle, an der sie stehen. Ich nenne auch die Artikel („Welche Artikel gibt es?“) und "
            "fasse einen zusammen, durch seinen Titel und seine ersten Sätze."
        ),
        Talk.WORKINGS: (
            "Ich bin ein Programm, aber keines, das wie ChatGPT selbst Texte schreibt. Ich suche in den Artikeln "
            "nach Wörtern und Bedeutung die Sätze, die auf Ihre Frage antworten, und zeige sie wörtlich. Finde "
            "ich keine, sage ich das."
        ),
        Talk.LANGUAGES: (
            "Sie können auf Deutsch und auf Englisch fragen, auch zu Artikeln in der anderen Sprache. Was ich "
            "dazu sage, ist in der Sprache der Frage, die Sätze bleiben in der ihres Artikels: Ich übersetze "
            "nicht."
        ),
        Talk.PRIVACY: (
            "Ich frage kein Sprachmodell im Internet und lade beim Antworten nichts herunter. Was ich durchsuche, "
            "sind allein die Artikel, die hier eingelesen wurden."
        ),
        Talk.OPINION: (
            "Eine eigene Meinung habe ich nicht. Fragen Sie, was in den Artikeln dazu steht und wer sich darin "
            "wie äußert."
        ),
        Talk.CANNOT: (
            "Das kann ich nicht: Ich zitiere nur und übersetze, kürze, erkläre oder schreibe nichts mit eigenen "
            "Worten. Fragen Sie, was in den Artikeln steht, oder nach der Zusammenfassung eines Artikels: Sie "
            "besteht aus seinem Titel und seinen ersten Sätzen."
        ),
        Talk.COMPLAINT: (
            "Das kann sein: Ich zitiere wörtlich, aber nicht immer, was auf die Frage antwortet. Sehen Sie über "
            "die Ziffer hinter dem Satz im Artikel nach, und fragen Sie mit anderen Worten. Stehen unter der "
            "Antwort Daumen, bewerten Sie sie bitte."
        ),
        Talk.SOURCE: (
            "Jeder Satz einer Antwort steht wörtlich in einem Artikel. Die Ziffer dahinter, etwa [1], führt zu "
            "dieser Stelle. Ob stimmt, was dort steht, weiß ich nicht."
        ),
        Talk.MORE: (
            "Noch ist nichts gefragt, wozu ich mehr zeigen könnte. Fragen Sie erst etwas zu den Artikeln; mit "
            "„mehr“ geht es dann weiter."
        ),
    },
    "en": {
        Talk.GREETING: "Ask me about the articles. I answer with sentences from them and show where they stand.",
        Talk.SELF: (
            "I am Belegt. Ask me about the articles, and I answer with sentences from them, verbatim and with the "
            "place where they stand. I also list the articles (“Which articles are there?”) and sum one up, by "
            "its title and its first sentences."
        ),
        Talk.WORKINGS: (
            "I am a program, but none that writes texts itself as ChatGPT does. I search the articles by words "
            "and meaning for the sentences that answer your question, and show them verbatim. If I find none, I "
            "say so."
        ),
        Talk.LANGUAGES: (
            "You can ask in German and in English, also about articles in the other language. What I say is in "
            "the language of the question; the sentences stay in that of their article, as I do not translate."
        ),
        Talk.PRIVACY: (
            "I ask no language model on the internet and download nothing to answer. All that I search are the "
            "articles that were read in here."
        ),
        Talk.OPINION: "I have no opinion of my own. Ask what the articles say about it, and who in them says what.",
        Talk.CANNOT: (
            "That I cannot do: I only quote, and translate, shorten, explain or write nothing in words of my own. "
            "Ask what the articles say, or for the summary of an article: it is its title and its first "
            "sentences."
        ),
        Talk.COMPLAINT: (
            "That may be: I quote verbatim, but not always what answers the question. Look it up in the article "
            "by the number behind the sentence, and ask in other words. Where there are thumbs below the answer, "
            "please rate it."
        ),
        Talk.SOURCE: (
            "Every sentence of an answer stands in an article, to the letter. The number behind it, such as [1], "
            "leads to that place. Whether what stands there is true, I do not know."
        ),
        Talk.MORE: (
            "Nothing has been asked yet that I could show more of. Ask about the articles first; “more” then goes on."
        ),
    },
}
