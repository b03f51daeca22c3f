"""The same questions asked of two indexes of the same articles: how many answers differ, and how long each takes.

python evals/compare_places.py index milvus:///tmp/index.db questions.jsonl
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from time import perf_counter

from rag.chatbot import Chatbot
from rag.questions import read_cases
from rag.rendering import answer_json
from rag.settings import load_settings


def main(first: str, second: str, questions: str) -> None:
    with Path(questions).open(encoding="utf-8") as lines:
        cases = read_cases(lines, questions)
    chatbots = [Chatbot.open(load_settings(index=place)) for place in (first, second)]
    for chatbot in chatbots:
        chatbot.ask(cases[0].question)  # what is loaded with the first question is loaded now
    seconds: list[list[float]] = [[], []]
    answers, passages, scores = 0, 0, 0.0
    for case in cases:
        found = []
        for chatbot, taken in zip(chatbots, seconds, strict=True):
            started = perf_counter()
            answer = chatbot.ask(case.question, case.history)
            taken.append(perf_counter() - started)
            found.append(answer_json(answer, {}))
        one, other = (fields.pop("passages") for fields in found)
        answers += found[0] != found[1]
        places = [[(hit["article"], hit["start"], hit["end"]) for hit in hits] for hits in (one, other)]
        passages += places[0] != places[1]
        if places[0] == places[1]:
            scores = max([scores, *(abs(a["score"] - b["score"]) for a, b in zip(one, other, strict=True))])
        if found[0] != found[1]:
            print(f"differs: {case.id}: {describe(found[0])} / {describe(found[1])}")
    print(f"{len(cases)} questions: {answers} answers differ, {passages} lists of passages; scores by {scores:.0e}")
    for place, taken in zip((first, second), seconds, strict=True):
        print(f"{place}: p50 {1000 * median(taken):.0f} ms, p95 {1000 * sorted(taken)[int(0.95 * len(taken))]:.0f} ms")


def describe(fields: Mapping[str, object]) -> str:
    return json.dumps([fields["outcome"], fields["text"]], ensure_ascii=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
