"""Answers to take along: plain text for the clipboard, Markdown for a file, both with footnotes."""

from rag.page.answers import escape_markdown, unanswered
from rag.page.turns import Turns
from rag.records import Answer, Citation, Language
from rag.rendering import answer_text
from rag.rendering.labels import described, on_one_line, place, quoted
from rag.rendering.text import around_quotes, line_label, understood


def answer_as_text(answer: Answer) -> str:
    """How the question was understood, the answer, and for each citation article, publisher, date and quote."""
    language = answer.question.language
    notes = [f"[{citation.number}] {_footnote(citation, language)}" for citation in answer.citations]
    return "\n".join([*understood(answer), answer_text(answer), *([""] if notes else []), *notes])


def conversation_as_markdown(turns: Turns, visitor: Language) -> str:
    """The conversation with Markdown footnotes, which are numbered by turn and citation."""
    lines = [f"# {escape_markdown(turns[0].asked)}" if turns else ""]
    for number, turn in enumerate(turns, 1):
        if number > 1:
            lines.append(f"## {escape_markdown(turn.asked)}")
        if turn.answer is None:
            lines.append(escape_markdown(unanswered(turn.error, visitor)))
            continue
        answer, language = turn.answer, turn.answer.question.language
        before, behind = around_quotes(answer) if answer.sentences else ([answer_text(answer)], [])
        lines += map(escape_markdown, [*understood(answer), *before])
        for sentence in answer.sentences:
            label = escape_markdown(line_label(answer.cited(sentence)[0], answer))
            marks = "".join(f"[^{number}-{cited}]" for cited in sentence.citations)
            lines.append(f"> {f'*{label}:* ' if label else ''}{escape_markdown(on_one_line(sentence.text))}{marks}")
        lines += map(escape_markdown, behind)
        lines += (f"[^{number}-{c.number}]: {escape_markdown(_footnote(c, language))}" for c in answer.citations)
    return "\n\n".join(lines) + "\n"


def _footnote(citation: Citation, language: Language) -> str:
    quote = citation.quote
    told = described(quote, language) or quote.article.id
    return f"{quoted(on_one_line(quote.text), language)} {told} ({place(quote)})"
