"""An answer as the chat shows it: Markdown in which only what we put there is markup."""

import re
from collections.abc import Collection
from html import escape

from rag.page.failures import told
from rag.page.texts import say
from rag.records import Answer, Citation, Language, Outcome
from rag.rendering import answer_text
from rag.rendering.labels import on_one_line, source_line
from rag.rendering.text import around_quotes, line_label, listed_source, understood

_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
"""Stand for the tags around the focus while the text is escaped; Unicode keeps them free for such use."""

_SPECIAL = re.compile(r"([\\`*_\[\]~|!$#])")
_AUTOLINK = re.compile(r"(?i)www\.|:(?=//)|@")
"""What GitHub's Markdown turns into links by itself."""

_MARK = re.compile(r"\\\[(\d{1,3})\\\]")
"""That of a citation in a sentence of ours, as it is once escaped."""

_LINE_START = re.compile(r"(?m)^[ \t]*([-+=]|\d+(?=[.)]))")


def answer_markdown(answer: Answer, turn: int, visitor: Language, gone: Collection[str] = ()) -> str:
    """The answer; each citation is an anchor ``#src-TURN-NUMBER`` that the page's script opens.

    ``gone`` names cited articles that the index no longer holds as they were.
    """
    lines = [f"*{escape_markdown(line)}*" for line in understood(answer)]
    if answer.outcome is not Outcome.ANSWERED:
        return "\n\n".join([*lines, escape_markdown(answer_text(answer))])
    before, behind = around_quotes(answer)
    lines += map(escape_markdown, before)
    anchors = {str(one.number): _anchor(one, turn, visitor, one.quote.article.id in gone) for one in answer.citations}
    for sentence in answer.sentences:
        cited = answer.cited(sentence)
        label = escape_markdown(line_label(cited[0], answer))
        whose = escape_markdown(listed_source(cited[0], answer))
        parts = [f"*{label}:*"] if label else []
        parts += [_quote(cited[0]), "".join(anchors[str(one.number)] for one in cited)]
        parts += [f'<span class="whose">({whose})</span>'] if whose else []
        lines.append(" ".join(parts))
    lines += [_MARK.sub(lambda mark: anchors.get(mark[1], mark[0]), escape_markdown(line)) for line in behind]
    return "\n\n".join(lines)


def unanswered(error: str, visitor: Language) -> str:
    """What stands in place of an answer; without an ``error`` there was no index yet."""
    return say("failed", visitor, error=told(error, visitor)) if error else say("no_index", visitor)


def escape_markdown(text: str) -> str:
    """Text that Markdown and HTML show as it is: no link, image, formula or heading comes of it."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    text = _LINE_START.sub(lambda match: match[1] + "\\" if match[1].isdigit() else "\\" + match[1], text)
    return _AUTOLINK.sub(lambda match: match[0][:-1] + f"&#{ord(match[0][-1])};", text)


def _quote(citation: Citation) -> str:
    text = citation.quote.text
    if citation.focus is not None:
        first, last = (at - citation.quote.start for at in citation.focus)
        text = f"{text[:first]}{_OPEN}{text[first:last]}{_CLOSE}{text[last:]}"
    shown = escape_markdown(on_one_line(text)).replace(_OPEN, "<strong>").replace(_CLOSE, "</strong>")
    return f'<span lang="{citation.quote.article.language}">{shown}</span>'


def _anchor(citation: Citation, turn: int, visitor: Language, gone: bool) -> str:
    article = citation.quote.article
    state = say("gone", visitor) if gone else ""
    title = escape(", ".join(filter(None, [article.name, source_line(article, visitor), state])))
    kind, number = "cite gone" if gone else "cite", citation.number
    return f'<a class="{kind}" href="#src-{turn}-{number}" title="{title}">[{number}]</a>'
