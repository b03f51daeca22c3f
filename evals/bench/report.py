"""What was measured -> values by system, and ratios of ours to the others', as tables in Markdown."""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PERCENTILES = (50, 95, 99)

COMPARED = (
    "build, s",
    "build, CPU s",
    "build peak, MB",
    "index, MB",
    "first answer, s",
    "first answer peak, MB",
    "search p50, ms",
    "search p95, ms",
    "search p99, ms",
    "asking peak, MB",
)
"""Measures where less is better, and which mean the same for every system."""

Measures = Mapping[str, float]
"""Values by name and unit."""

Summary = Callable[[Sequence[float]], float]
"""What stands for the rounds."""


@dataclass(frozen=True, slots=True)
class Record:
    """What one round measured of one system."""

    round: int
    system: str
    measures: Measures


def build_measures(done: Mapping[str, Any], wall_s: float) -> dict[str, float]:
    """Of a build that the protocol timed. ``start`` is what the process took beside it: the interpreter, imports."""
    counts: dict[str, float] = done["counts"]
    seconds: dict[str, float] = done["seconds"]
    rates = {f"{name}/s": counts[name] / wall_s for name in ("passages", "sentences") if name in counts}
    steps = {"start": wall_s - sum(seconds.values()), **seconds}
    return counts | rates | {f"build: {step}, s": value for step, value in steps.items()}


def question_measures(asked: Mapping[str, Sequence[Measures]]) -> dict[str, float]:
    """The percentiles of each action over its questions, and of its steps where it has several."""
    found: dict[str, float] = {}
    for action, times in asked.items():
        found |= _percentiles(action, [sum(steps.values()) for steps in times])
        names = list(dict.fromkeys(step for steps in times for step in steps))
        for name in names if action != "encoding" and len(names) > 1 else ():
            found |= _percentiles(f"{action}: {name}", [steps.get(name, 0.0) for steps in times])
    return found


def _percentiles(name: str, seconds: Sequence[float]) -> dict[str, float]:
    """The nearest ranks, in milliseconds."""
    ordered = sorted(seconds)
    return {f"{name} p{p}, ms": 1000 * ordered[math.ceil(p / 100 * len(ordered)) - 1] for p in PERCENTILES}


def values_table(records: Sequence[Record], summary: Summary) -> str:
    """A row a measure, a column a system, in each cell its rounds summed up; percentiles share a cell."""
    systems = _unique(record.system for record in records)
    names: dict[str, list[str]] = {}
    for name in _unique(name for record in records for name in record.measures):
        names.setdefault(re.sub(r" p\d+", "", name), []).append(name)
    rows = [
        [label, *(_cell([_summed_up(records, system, name, summary) for name in shared]) for system in systems)]
        for label, shared in names.items()
    ]
    return _table(["milliseconds as p50 / p95 / p99", *systems], rows)


def ratios_table(records: Sequence[Record], ours: str, peers: Sequence[str], summary: Summary) -> str:
    """Ours divided by each peer's. Below 1, ours takes less."""
    rows = []
    for name in COMPARED:
        own, *others = (_summed_up(records, system, name, summary) for system in (ours, *peers))
        rows.append([name, *(_cell([own / other if own and other else None]) for other in others)])
    return _table([f"{ours}, divided by", *peers], rows)


def _summed_up(records: Sequence[Record], system: str, name: str, summary: Summary) -> float | None:
    found = [record.measures[name] for record in records if record.system == system and name in record.measures]
    if name.endswith("/s"):  # of rates, the least time is the highest
        return 1 / summary([1 / rate for rate in found]) if found else None
    return summary(found) if found else None


def _cell(values: Sequence[float | None]) -> str:
    """Each with three digits that tell; a dash where there is none."""
    known = (value for value in values if value is not None)
    return " / ".join(f"{value:.0f}" if value >= 100 else f"{value:.3g}" for value in known) or "-"


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines)
