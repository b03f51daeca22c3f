"""The command line: ``rag build | ask | show | status | rollback | evaluate | serve``.

Data goes to stdout, the rest to stderr.
"""

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from rag.errors import ArticleError, QuestionError, RagError, SettingsError
from rag.places import place_of
from rag.settings import Settings, load_settings

if TYPE_CHECKING:
    from tqdm import tqdm

    from rag.index import Progress
    from rag.records import Filter
    from rag.stores import Store

_READ = ("utf-8-sig", "surrogateescape")  # so that the line can be named that is no UTF-8
_WRITTEN = ("utf-8", "backslashreplace")  # Windows would pipe in and out its own

# Every command imports what it needs itself: `rag --help` and `rag status` must not wait for torch.


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it went well, 1 on an error of the user's world, 2 on wrong usage."""
    for stream, (encoding, errors) in ((sys.stdin, _READ), (sys.stdout, _WRITTEN), (sys.stderr, _WRITTEN)):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=encoding, errors=errors)
    parser = _parser()
    given = vars(parser.parse_args(arguments))
    if given.get("batch") and given.get("history"):
        parser.error("--history goes with a question; in a batch each line has its own")
    run: Callable[[Settings, dict[str, Any]], None] = given.pop("run")
    try:
        settings = load_settings(
            **{name: given.pop(name, None) for name in ("articles", "index", "host", "port", "auth")}
        )
        run(settings, given)
        print(end="", flush=True)
    except RagError as error:
        return _failed(str(error))
    except BrokenPipeError:
        _let_go(sys.stdout)  # whoever read our output has had enough
        _let_go(sys.stderr)
        return 0
    except OSError as error:
        _let_go(sys.stdout)
        what = error.filename or "the output, or something that is read"
        return _failed(f"the system refuses {what}: {error.strerror or error}")
    except MemoryError:
        return _failed("memory is too short for this: end other programs, or index fewer articles at a time")
    except KeyboardInterrupt:
        return _failed("interrupted")
    return 0


def _failed(reason: str) -> int:
    print(f"rag: {reason}", file=sys.stderr)
    return 1


def _let_go(stream: TextIO) -> None:
    """Have what could not be written go nowhere: Python would try it again at the end, and say so. It may be closed."""
    with suppress(OSError, AttributeError, ValueError), open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), stream.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rag", description="Ask a folder of news articles; get their sentences as proof."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--index", metavar="PLACE", help="folder of the index, or milvus://HOST:PORT/NAME (default: index)"
    )

    def command(run: Callable[[Settings, dict[str, Any]], None], name: str, help: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help, description=help, parents=[shared])
        added.set_defaults(run=run)
        return added

    build = command(_build, "build", "build the index of a folder of articles")
    build.add_argument("--articles", type=Path, help="folder of the articles (default: seeds)")
    build.add_argument("--full", action="store_true", help="embed every sentence anew")
    build.add_argument(
        "--part",
        action="append",
        default=[],
        metavar="PLACE",
        help="an index of some of the articles, whose sentences are not embedded again; may be repeated",
    )

    ask = command(_ask, "ask", "answer a question with quotes")
    asked = ask.add_mutually_exclusive_group(required=True)
    asked.add_argument("question", nargs="?")
    asked.add_argument(
        "--batch", type=Path, metavar="FILE", help='JSON lines with "id", "question", "history", "filter"; - for stdin'
    )
    ask.add_argument(
        "--history",
        action="append",
        default=[],
        metavar="QUESTION",
        help="an earlier question; may be repeated, oldest first",
    )
    for name, meant in (("publisher", "of a publisher"), ("author", "by an author")):
        ask.add_argument(f"--{name}", metavar="NAME", help=f"search only articles {meant}")
    for name, meant in (("since", "first"), ("until", "last")):
        ask.add_argument(f"--{name}", metavar="YYYY-MM-DD", help=f"{meant} day of articles to search")
    ask.add_argument("--json", action="store_true", help="print the answer as JSON")
    ask.add_argument("--explain", action="store_true", help="say which words matched and how the passages ranked")

    show = command(_show, "show", "print an article as it was read")
    show.add_argument("article", help="its file name in the articles folder")

    status = command(_status, "status", "say what is indexed")
    status.add_argument("--verify", action="store_true", help="check every file of the index")
    status.add_argument("--json", action="store_true", help="print the manifest as JSON")

    command(_rollback, "rollback", "put the index before the last build back in use")

    evaluate = command(_evaluate, "evaluate", "score the answers to a file of questions")
    evaluate.add_argument(
        "questions", type=Path, metavar="FILE", help="JSON lines as the README describes; - for stdin"
    )
    evaluate.add_argument("--json", action="store_true", help="print the table as JSON")
    evaluate.add_argument("--misses", action="store_true", help="list the questions that fell short")

    serve = command(_serve, "serve", "open the chat page")
    serve.add_argument("--articles", type=Path, help="folder of the articles (default: seeds)")
    serve.add_argument("--host", help="address to serve on (default: 127.0.0.1)")
    serve.add_argument("--auth", metavar="USER:PASSWORD", help="ask for it, and let who has it change the articles")
    serve.add_argument("--port", type=int, help="port to serve on (default: 7860)")
    return parser


def _build(settings: Settings, given: dict[str, Any]) -> None:
    from rag.building import build, up_to_date
    from rag.embedding import load_embedder, model_fingerprint
    from rag.rendering.labels import changes_lines

    started = perf_counter()
    parts = [_part(part, settings) for part in given["part"]]
    anew = bool(given["full"] or parts)  # parts are checked by a build, also where nothing has changed
    built = None if anew else up_to_date(settings, model_fingerprint(settings.model))
    changed = ["nothing has changed since it was built"]
    if built is None:
        with progress_bar() as progress:
            done = build(settings, load_embedder(settings.model), progress, given["full"], parts)
        built = done.manifest
        if done.written:
            changed = changes_lines(done.changes, "en") or ["built anew from the same files"]
    for skipped in built.skipped:
        print(f"rag: skipped {skipped}", file=sys.stderr)
    print(
        f"{_counted(built.articles, 'article')}, {_counted(built.passages, 'passage')}, "
        f"{_counted(built.sentences, 'sentence')} in {settings.index} ({perf_counter() - started:.1f} s)"
    )
    print("\n".join(changed))


def _part(given: str, settings: Settings) -> "Store":
    from rag.stores import store_of

    try:
        return store_of(settings.model_copy(update={"index": place_of(given)}))
    except ValueError as error:
        raise SettingsError(f"--part {given} cannot be: {error}") from None


def _ask(settings: Settings, given: dict[str, Any]) -> None:
    from rag.chatbot import Chatbot
    from rag.filters import require_met
    from rag.questions import parse_filter
    from rag.rendering import answer_json, answer_text
    from rag.rendering.proof import cited_sources, explanation, nearest_passages
    from rag.rendering.text import understood

    limit = parse_filter({name: given[name] for name in ("publisher", "author", "since", "until")}) or None
    if given["batch"]:
        _answer_batch(settings, given["batch"], limit)
        return
    chatbot = Chatbot.open(settings)
    require_met(limit, chatbot.retriever.index.articles)
    started = perf_counter()
    answer = chatbot.ask(given["question"], given["history"], limit)
    elapsed = {"total": 1000 * (perf_counter() - started)}
    if given["json"]:
        print(json.dumps(answer_json(answer, elapsed), ensure_ascii=False, indent=1))
    else:
        said = [*understood(answer), answer_text(answer), *cited_sources(answer), *nearest_passages(answer)]
        print("\n".join(said + explanation(answer) if given["explain"] else said))


def _answer_batch(settings: Settings, path: Path, limit: "Filter | None") -> None:
    from rag.chatbot import Chatbot
    from rag.filters import require_met
    from rag.questions import parse_question
    from rag.rendering import answer_json

    with _lines(path) as lines:
        numbered = ((f"{path}, line {number}", line) for number, line in enumerate(lines, 1) if line.strip())
        asked = {where: parse_question(line, where) for where, line in numbered}
    chatbot = Chatbot.open(settings)
    articles = chatbot.retriever.index.articles
    require_met(limit, articles)
    for where, fields in asked.items():
        started = perf_counter()
        own = fields["filter"]
        said: dict[str, Any]
        try:
            require_met(own, articles, f"{where}: ")
            answer = chatbot.ask(fields["question"], fields["history"], limit if own is None else own)
            said = answer_json(answer, {"total": 1000 * (perf_counter() - started)}, fields.get("id"))
        except QuestionError as error:
            said = {"id": fields.get("id"), "error": str(error)}
        print(json.dumps(said, ensure_ascii=False), flush=True)


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _show(settings: Settings, given: dict[str, Any]) -> None:
    from rag.rendering.labels import source_line
    from rag.stores import store_of

    index = store_of(settings).index()
    article = index.articles.named(given["article"])
    if article is None:
        known = ", ".join([article.id for article in index.articles[:5]] + ["..."] * (len(index.articles) > 5))
        raise ArticleError(f"there is no article {given['article']!r} in {settings.index}; there are {known}")
    print(*filter(None, [article.id, source_line(article, article.language)]), sep="\n")
    for block in article.blocks:
        print(f"\n[{block.kind} {block.start}-{block.end}]\n{article.text[block.start : block.end]}")


def _status(settings: Settings, given: dict[str, Any]) -> None:
    from dataclasses import asdict

    from rag.stores import store_of

    store = store_of(settings)
    generation, manifest = store.manifest()
    if given["verify"]:
        store.index(whole=True)
    if given["json"]:
        print(json.dumps({"generation": generation} | asdict(manifest), ensure_ascii=False, indent=1))
        return
    print(f"generation  {settings.index}/{generation}{' (verified)' if given['verify'] else ''}")
    print(f"built       {manifest.built}")
    print(f"model       {manifest.model.name} ({manifest.model.dimension} dimensions)")
    print(f"articles    {manifest.articles}")
    print(f"passages    {manifest.passages}")
    print(f"sentences   {manifest.sentences}")
    for skipped in manifest.skipped:
        print(f"skipped     {skipped}")


def _rollback(settings: Settings, _: dict[str, Any]) -> None:
    from rag.stores import store_of

    manifest = store_of(settings).roll_back()
    print(
        f"the index of {manifest.built} is in use again: {_counted(manifest.articles, 'article')} "
        f"(`rag rollback` once more undoes this, `rag build` brings in the articles as they are now)"
    )


def _evaluate(settings: Settings, given: dict[str, Any]) -> None:
    from rag.chatbot import Chatbot
    from rag.evaluation import SCORES, judge, table, unmatched
    from rag.questions import read_cases, with_names

    with _lines(given["questions"]) as lines:
        cases = read_cases(lines, str(given["questions"]))
    chatbot = Chatbot.open(settings)
    articles = chatbot.retriever.index.articles

    def name_of(given: str) -> str:
        article = articles.named(given)
        return article.id if article else given

    cases = [with_names(case, name_of) for case in cases]
    for wrong in unmatched(cases, articles):
        print(f"rag: {wrong}", file=sys.stderr)
    judged = []
    with progress_bar() as progress:
        for number, case in enumerate(cases):
            progress("questions", number, len(cases))
            started = perf_counter()
            answer = chatbot.ask(case.question, case.history, case.filter)
            judged.append(judge(case, answer, 1000 * (perf_counter() - started)))
    scores = table(judged)
    if given["json"]:
        print(json.dumps(scores))
        return
    print(f"{'':13}{'n':>5}" + "".join(f"{score[:11]:>12}" for score in SCORES))
    for group, row in scores.items():
        cells = ("-" if row[score] is None else row[score] for score in SCORES)
        print(f"{group:13}{row['n']:>5}" + "".join(f"{cell:>12}" for cell in cells))
    for one in judged if given["misses"] else ():
        if one.missed:
            said = one.answer.sentences[0].text if one.answer.sentences else "(the articles do not say)"
            print(f"missed {one.case.id}: {one.case.question} -> {said}")


def _serve(settings: Settings, _: dict[str, Any]) -> None:
    from rag.page.server import serve

    serve(settings)


@contextmanager
def progress_bar() -> "Iterator[Progress]":
    """A bar on stderr for each step that takes a while; none where stderr is no terminal."""
    from tqdm import tqdm

    bars: dict[str, tqdm[NoReturn]] = {}

    def progress(step: str, done: int, total: int) -> None:
        if step not in bars:
            _close(bars)
            bars[step] = tqdm(desc=step, total=total, disable=None, leave=False, delay=0.3)
        bars[step].update(done - bars[step].n)

    try:
        yield progress
    finally:
        _close(bars)


def _close(bars: "dict[str, tqdm[NoReturn]]") -> None:
    while bars:
        bars.popitem()[1].close()


@contextmanager
def _lines(path: Path) -> Iterator[Iterator[str]]:
    encoding, errors = _READ
    if str(path) == "-" and sys.stdin is None:
        raise QuestionError("there is no standard input (it is closed): name a file, or pipe the questions in")
    try:
        with nullcontext(sys.stdin) if str(path) == "-" else path.open(encoding=encoding, errors=errors) as lines:
            yield iter(lines)
    except OSError as error:
        raise QuestionError(f"{path} cannot be read ({error.strerror or error})") from None
