"""The articles tab in words: what is indexed, how a build goes, and questions to begin with."""

from collections.abc import Sequence
from html import escape

from rag.errors import IndexMissing, RagError
from rag.index import Index
from rag.page.service import Job, Service
from rag.page.texts import say
from rag.records import Article, Language
from rag.store import load_manifest

EXAMPLES: tuple[tuple[Language, str, str], ...] = (
    ("de", "Wie viele Länder wollen sich an der Sicherungstruppe beteiligen?", "002_8805f0c60766a209.txt"),
    ("de", "Warum vertagt Deutschland die Entscheidung über eigene Soldaten?", "001_477bce29ba01c7fc.txt"),
    ("de", "Was ist eine wahre Sicherheitsgarantie?", "001_477bce29ba01c7fc.txt"),
    ("en", "How did Russia respond to international troops?", "002_8805f0c60766a209.txt"),
    ("en", "What did Macron discuss with Putin on the phone?", "004_2bfb4537722b85d8.txt"),
)
"""Language, question, and the shipped article that answers it: shown only where that article is indexed."""


def examples_for(articles: Sequence[Article]) -> list[tuple[Language, str]]:
    """The example questions that the indexed articles answer, each with its language."""
    indexed = {article.id for article in articles}
    return [(language, question) for language, question, article in EXAMPLES if article in indexed]


def examples_html(questions: list[str], language: Language, heading: str) -> str:
    """A button for each question; nothing where there is none."""
    if not questions:
        return ""
    buttons = "".join(f'<button type="button">{escape(question)}</button>' for question in questions)
    return f'<p class="hint">{escape(say(heading, language))}</p>{buttons}'


def article_rows(index: Index, language: Language) -> list[list[str]]:
    """A row for each article: title, publisher, date, words, file."""
    return [
        [
            article.title or f"({say('unnamed', language)})",
            article.publisher or "",
            article.published.isoformat() if article.published else "",
            str(len(article.text.split())),
            article.id,
        ]
        for article in index.articles
    ]


def status_html(service: Service, language: Language) -> str:
    """What is indexed, or why nothing is."""
    try:
        _, manifest = load_manifest(service.settings.index)
    except IndexMissing:
        return f'<p role="status">{escape(say("no_index", language))}</p>'
    except RagError as error:
        return f'<p role="alert">{escape(str(error))}</p>'
    summary = say(
        "indexed",
        language,
        articles=manifest.articles,
        passages=manifest.passages,
        sentences=manifest.sentences,
        built=manifest.built.replace("T", " ")[:16] + " UTC",
        model=manifest.model.name,
    )
    html = f'<p data-filter="{escape(say("filter", language))}">{escape(summary)}</p>'
    if service.problem:
        html += f'<p role="alert">{escape(service.problem)}</p>'
    if manifest.skipped:
        reasons = "".join(f"<li>{escape(reason)}</li>" for reason in manifest.skipped)
        html += f"<p>{escape(say('skipped', language))}</p><ul>{reasons}</ul>"
    return html


def job_html(job: Job, articles: int, language: Language) -> str:
    """How the build goes, as a bar while it runs and a sentence when it has ended."""
    if job.phase == "idle":
        return ""
    if job.phase == "running":
        text = say("job_running", language, step=say(f"step_{job.step}", language))
        bar = f' value="{job.done}" max="{job.total}"' if job.total else ""
        return f'<p role="status">{escape(text)}</p><progress{bar} aria-label="{escape(text)}"></progress>'
    text = say(f"job_{job.phase}", language, articles=articles, error=job.message)
    return f'<p role="status">{escape(text)}</p>'
