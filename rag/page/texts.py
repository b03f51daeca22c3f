"""Every word of the page that is ours, in German and English, under the same keys."""

from collections.abc import Mapping

import gradio as gr

from rag.records import Language

TEXTS: Mapping[Language, Mapping[str, str]] = {
    "de": {
        "chat": "Fragen",
        "articles": "Artikel",
        "question": "Ihre Frage",
        "question_hint": "Fragen Sie etwas zu den Artikeln …",
        "placeholder": "### Fragen Sie die Artikel\nJede Antwort besteht aus wörtlichen Sätzen der Artikel. Ein Klick auf [1] zeigt, wo der Satz steht.",
        "sources": "Belege",
        "sources_empty": "Hier erscheinen die Artikel, aus denen eine Antwort zitiert, mit markiertem Satz.",
        "also_found": "Außerdem gefunden",
        "why": "Warum diese Sätze? Gefundene Wörter und Rangplätze",
        "nearest": "Am nächsten kommen diese Stellen. Sie beantworten die Frage nicht.",
        "back": "Zurück zur Antwort",
        "loading": "Das Sprachmodell lädt noch, die Antwort folgt gleich …",
        "no_index": "Es gibt noch keinen Index. Bauen Sie ihn im Reiter „Artikel“ auf.",
        "failed": "Die Frage konnte nicht beantwortet werden: {error}",
        "understood": "Verstanden als: {question}",
        "indexed": "{articles} Artikel, {passages} Passagen, {sentences} Sätze · Stand {built} · Modell {model}",
        "skipped": "Nicht gelesen:",
        "title_column": "Titel",
        "publisher_column": "Quelle",
        "date_column": "Datum",
        "words_column": "Wörter",
        "file_column": "Datei",
        "upload": "Artikel hinzufügen (Text, Webseiten, PDF, Word, E-Mail, Tabellen, ZIP)",
        "rebuild": "Index neu aufbauen",
        "cancel": "Abbrechen",
        "read_only": "Die Seite wird im Netz angeboten; Artikel ändern kann nur, wer sie auf diesem Rechner öffnet.",
        "job_running": "Der Index wird aufgebaut: {step}. Bis dahin antwortet der bisherige.",
        "job_done": "Fertig: {articles} Artikel sind durchsuchbar.",
        "job_failed": "Abgebrochen mit Fehler: {error} Der bisherige Index antwortet weiter.",
        "job_cancelled": "Abgebrochen. Der bisherige Index antwortet weiter.",
        "job_busy": "Es läuft bereits ein Aufbau.",
        "step_reading": "Artikel lesen",
        "step_splitting": "in Sätze teilen",
        "step_embedding": "Sätze verstehen",
        "step_words": "Wörter zählen",
        "step_writing": "schreiben und prüfen",
        "added": "Hinzugefügt: {names}. Bauen Sie den Index neu auf, damit sie gefunden werden.",
        "rejected": "Nicht hinzugefügt: {reasons}",
        "examples": "Zum Beispiel",
        "unnamed": "ohne Titel",
        "links": "Verweise",
        "tags": "Schlagwörter",
        "promo": "Hinweis",
    },
    "en": {
        "chat": "Ask",
        "articles": "Articles",
        "question": "Your question",
        "question_hint": "Ask about the articles …",
        "placeholder": "### Ask the articles\nEvery answer is made of verbatim sentences from the articles. Click [1] to see where a sentence stands.",
        "sources": "Sources",
        "sources_empty": "The articles an answer quotes appear here, with the sentence marked.",
        "also_found": "Also found",
        "why": "Why these sentences? Words that matched, and ranks",
        "nearest": "These passages come nearest. They do not answer the question.",
        "back": "Back to the answer",
        "loading": "The language model is still loading, the answer follows …",
        "no_index": "There is no index yet. Build it in the tab “Articles”.",
        "failed": "The question could not be answered: {error}",
        "understood": "Understood as: {question}",
        "indexed": "{articles} articles, {passages} passages, {sentences} sentences · as of {built} · model {model}",
        "skipped": "Not read:",
        "title_column": "Title",
        "publisher_column": "Publisher",
        "date_column": "Date",
        "words_column": "Words",
        "file_column": "File",
        "upload": "Add articles (text, web pages, PDF, Word, e-mail, tables, ZIP)",
        "rebuild": "Rebuild the index",
        "cancel": "Cancel",
        "read_only": "This page is served to a network; articles can be changed only where it is opened on this machine.",
        "job_running": "The index is being built: {step}. Until then the old one answers.",
        "job_done": "Done: {articles} articles can be searched.",
        "job_failed": "Ended by an error: {error} The old index goes on answering.",
        "job_cancelled": "Cancelled. The old index goes on answering.",
        "job_busy": "A build is already running.",
        "step_reading": "reading articles",
        "step_splitting": "splitting into sentences",
        "step_embedding": "understanding sentences",
        "step_words": "counting words",
        "step_writing": "writing and checking",
        "added": "Added: {names}. Rebuild the index so that they are found.",
        "rejected": "Not added: {reasons}",
        "examples": "For example",
        "unnamed": "untitled",
        "links": "Links",
        "tags": "Tags",
        "promo": "Note",
    },
}

I18N = gr.I18n(de=dict(TEXTS["de"]), en=dict(TEXTS["en"]))
"""For labels, which Gradio translates in the browser."""


def say(key: str, language: Language, **values: object) -> str:
    """A text made in Python, in the visitor's language."""
    return TEXTS[language][key].format(**values)


def visitor_language(request: gr.Request | None) -> Language:
    """German where the browser prefers it to English, else English."""
    accepted = request.headers.get("accept-language", "") if request else ""
    preferred = [part.split(";")[0].strip().lower()[:2] for part in accepted.split(",")]
    return "de" if next((code for code in preferred if code in TEXTS), "en") == "de" else "en"
