"""What every system does and how its time is taken, so that only the system differs. Standard library only.

A system is a script that builds an index, or loads it and answers questions, in a process of its own each time:

    SCRIPT build FOLDER INDEX MODEL      reads the articles of a folder, saves an index of them
    SCRIPT ask INDEX QUESTIONS MODEL     loads it, answers the first question of the file, then times each other one

Each prints one JSON object as its last line. Peak memory and the time of the whole process are taken from outside.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

CHUNK_CHARS = 700
"""What MiniLM reads of German text (254 word pieces), about; for libraries that do not count word pieces."""

TOP = 5
"""Chunks that a search returns."""


class Stopwatch:
    """Seconds by step, for one thread. A step within a step counts for itself only: the steps add up to the whole."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._steps: list[str] = []
        self._since = 0.0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self._lap()
        self._steps.append(name)
        try:
            yield
        finally:
            self._lap()
            self._steps.pop()

    def go_on_with(self, name: str) -> None:
        """End the innermost step, and begin another in its place."""
        self._lap()
        self._steps[-1] = name

    def take(self) -> dict[str, float]:
        """The seconds by step since they were last taken."""
        taken, self._seconds = self._seconds, {}
        return taken

    def _lap(self) -> None:
        now = perf_counter()
        if self._steps:
            step = self._steps[-1]
            self._seconds[step] = self._seconds.get(step, 0.0) + now - self._since
        self._since = now


Build = Callable[[Path, Path, str, Stopwatch], Mapping[str, int]]
"""Folder of articles, folder to be the index, folder of the model -> what was counted."""

Actions = Mapping[str, Callable[[str], object]]
"""What can be done with a question: ``search`` returns the best chunks, ``encoding`` only makes its vector."""

Load = Callable[[Path, str, Stopwatch], Actions]
"""Folder of the index, folder of the model -> the actions; parts of them may be steps."""


def main(build: Build, load: Load) -> None:
    """Do what the command line says, and print what it took."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    for command, places in (("build", ("folder", "index")), ("ask", ("index", "questions"))):
        added = commands.add_parser(command)
        for place in places:
            added.add_argument(place, type=Path)
        added.add_argument("model")
    given = parser.parse_args()
    if given.command == "build":
        done = timed_build(build, given.folder, given.index, given.model)
    else:
        lines = given.questions.read_text(encoding="utf-8").splitlines()
        questions = [json.loads(line)["question"] for line in lines if line.strip()]
        done = timed_questions(load, given.index, given.model, questions)
    print(json.dumps(done))


def timed_build(build: Build, folder: Path, index: Path, model: str) -> dict[str, Any]:
    """``counts`` of what was built and the ``seconds`` of each step."""
    watch = Stopwatch()
    with watch.step("rest"):
        counts = build(folder, index, model, watch)
    return {"counts": dict(counts), "seconds": watch.take()}


def timed_questions(load: Load, index: Path, model: str, questions: list[str]) -> dict[str, Any]:
    """``load``: seconds until ``search`` has answered the first question; ``asked``: for each action, the seconds by
    step that each further question took.

    One action after the other, each warmed up by the first question: threads of one that still wait for work would
    slow the next.
    """
    watch = Stopwatch()
    with watch.step("load"):
        actions = load(index, model, watch)
        actions["search"](questions[0])
    loaded = sum(watch.take().values())
    asked = {}
    for name, action in actions.items() if questions[1:] else ():
        action(questions[0])
        watch.take()
        asked[name] = [_timed(action, question, watch) for question in questions[1:]]
    return {"load": loaded, "asked": asked}


def _timed(action: Callable[[str], object], question: str, watch: Stopwatch) -> dict[str, float]:
    with watch.step("rest"):
        action(question)
    return watch.take()
