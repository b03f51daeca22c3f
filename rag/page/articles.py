"""The articles tab in words: what is indexed, how a build goes, and questions to begin with."""

from collections.abc import Collection
from datetime import datetime
from html import escape
from math import ceil

from rag.corpus import Articles
from rag.errors import IndexMissing, RagError
from rag.index import Index
from rag.page.failures import told
from rag.page.service import Job, Service
from rag.page.sources import article_link
from rag.page.texts import say
from rag.records import Article, Language
from rag.rendering.labels import changes_lines, source_line, written_day
from rag.stores import store_of

EXAMPLES: tuple[tuple[Language, str, str], ...] = (
    ("de", "Wie viele Länder wollen sich an der Sicherungstruppe beteiligen?", "002_8805f0c60766a209.txt"),
    ("de", "Wovon macht Deutschland die Entscheidung über eigene Soldaten abhängig?", "001_477bce29ba01c7fc.txt"),
    ("de", "Was ist eine wahre Sicherheitsgarantie?", "001_477bce29ba01c7fc.txt"),
    ("en", "What will Germany do for Ukraine's air defence?", "002_8805f0c60766a209.txt"),
    ("en", "What did Macron discuss with Putin on the phone?", "004_2bfb4537722b85d8.txt"),
)
"""Language, question, and the shipped article that answers it: shown only where that article is indexed."""

_OLD_ANSWERS = frozenset({"running", "cancelling", "cancelled", "failed"})
"""When the index from before, if there is one, is still the one that answers."""
_SENTENCE_ENDS = (".", "!", "?")

SKIPPED_SHOWN = 5
"""So many files that were not read are listed at once; more are folded away."""


def examples_for(articles: Articles) -> list[tuple[Language, str]]:
    """The example questions that the indexed articles answer, each with its language."""
    indexed = {article for article in {article for *_, article in EXAMPLES} if articles.named(article)}
    return [(language, question) for language, question, article in EXAMPLES if article in indexed]


def examples_html(questions: list[str], language: Language, heading: str) -> str:
    """A button for each question; nothing where there is none."""
    if not questions:
        return ""
    buttons = "".join(f'<button type="button">{escape(question)}</button>' for question in questions)
    return f'<p class="hint">{escape(say(heading, language))}</p>{buttons}'


def article_rows(index: Index, language: Language) -> list[list[str]]:
    """A row for each article: title, publisher, date, language, words, passages, files."""
    passages = index.passages_by_article()
    return [
        [
            article.title or f"({say('unnamed', language)})",
            article.publisher or "",
            article.published.isoformat() if article.published else "",
            article.language,
            str(len(article.text.split())),
            str(count),
            _files(article, language),
        ]
        for article, count in zip(index.articles, passages, strict=True)
    ]


def _files(article: Article, language: Language) -> str:
    copies = ", ".join(copy.id for copy in article.copies)
    return say("also_in", language, file=article.id, copies=copies) if copies else article.id


def chosen_html(article: Article, removable: Collection[str], language: Language) -> str:
    """An article chosen from the table: the way to read it, and to take away each file of it that is ``removable``."""
    described = escape(source_line(article, language))
    files = "".join(_file_html(name, name in removable, language) for name in article.ids)
    return (
        f'<h3>{escape(article.name)}</h3><p class="meta">{described}</p>'
        f'<p><a href="{escape(article_link(article))}" target="_blank">{escape(say("read", language))}</a></p>'
        f"<ul>{files}</ul>"
    )


def _file_html(name: str, removable: bool, language: Language) -> str:
    button = escape(say("remove", language))
    label = escape(f"{say('remove', language)}: {name}")
    sure = escape(say("remove_sure", language, name=name))
    remove = (
        f' <button type="button" class="tool remove" data-file="{escape(name)}" data-sure="{sure}" '
        f'aria-label="{label}">{button}</button>'
    )
    return f'<li class="meta">{escape(name)}{remove if removable else ""}</li>'


def status_html(service: Service, language: Language) -> str:
    """What is indexed, or why nothing is."""
    try:
        _, manifest = store_of(service.settings).manifest()
    except IndexMissing:
        return f'<p role="status">{escape(say("no_index", language))}</p>'
    except RagError as error:
        return f'<p role="alert">{escape(told(error, language))}</p>'
    summary = say(
        "indexed",
        language,
        articles=manifest.articles,
        passages=manifest.passages,
        sentences=manifest.sentences,
        built=moment(manifest.built, language),
        model=manifest.model.name,
    )
    html = f"<p>{escape(summary)}</p>"
    if service.problem:
        html += f'<p role="alert">{escape(told(service.problem, language))}</p>'
    if manifest.skipped:
        reasons = "".join(f"<li>{escape(told(reason, language))}</li>" for reason in manifest.skipped)
        count = escape(say("skipped", language, count=len(manifest.skipped)))
        state = " open" if len(manifest.skipped) <= SKIPPED_SHOWN else ""
        html += f"<details{state}><summary>{count}</summary><ul>{reasons}</ul></details>"
    return html


def job_html(job: Job, articles: int, language: Language, cancelling: bool = False) -> str:
    """How the build goes, as a bar while it runs and a sentence when it has ended; ``articles`` of the index in use."""
    if job.phase == "idle":
        return ""
    phase = "cancelling" if cancelling else job.phase
    built = moment(job.message, language) if phase == "rolled_back" else ""
    step = say(f"step_{job.step}", language)
    text = say(f"job_{phase}", language, articles=articles, error=told(job.message, language), built=built, step=step)
    if articles and phase in _OLD_ANSWERS:
        text += f"{'' if text.endswith(_SENTENCE_ENDS) else '.'} {say('old_answers', language)}"
    if phase == "running":
        text += _time_left(job, language)
        return f'<p role="status">{escape(text)}</p>{_bar(job, text)}'
    changed = changes_lines(job.changes, language) or [say("no_changes", language)] if phase == "done" else []
    return f'<p role="status">{escape(text)}</p>' + "".join(f"<p>{escape(line)}</p>" for line in changed)


def _bar(job: Job, text: str) -> str:
    """The share is for the eye only: said aloud at each step it would drown everything else."""
    label = f'aria-label="{escape(text)}"'
    if not job.total:
        return f'<p class="bar"><progress {label}></progress></p>'
    return (
        f'<p class="bar"><progress value="{job.done}" max="{job.total}" {label}></progress>'
        f'<span aria-hidden="true">{100 * job.done // job.total} %</span></p>'
    )


def _time_left(job: Job, language: Language) -> str:
    if (seconds := job.seconds_left) is None:
        return ""
    if seconds < 90:
        return " " + say("left_seconds", language, count=10 * ceil((seconds + 1) / 10))
    return " " + say("left_minutes", language, count=ceil(seconds / 60))


def moment(iso: str, language: Language) -> str:
    """A point of time of the manifest, to the minute."""
    at = datetime.fromisoformat(iso)
    return f"{written_day(at, language)}, {at:%H:%M} UTC"
