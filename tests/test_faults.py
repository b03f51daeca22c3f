"""Whatever ends a build, the index in use goes on answering, and the next build succeeds."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the tries are forked")


def run(mode: str, folder: Path, *step: str) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", mode, str(folder), *step],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    counted: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return counted


def test_a_build_may_be_killed_at_any_step(tmp_path: Path) -> None:
    counted = run("kill", tmp_path, "12")  # of each step it takes some minutes: evals/README.md
    assert counted["tries"] >= 15 and counted["old"] > 0


@pytest.mark.parametrize(("mode", "step"), [("fail", "15"), ("limit", "2")])
def test_a_disk_that_refuses_or_fills_up_is_survived(tmp_path: Path, mode: str, step: str) -> None:
    counted = run(mode, tmp_path, step)
    assert counted["tries"] >= 11 and counted["old"] > 0


def test_many_read_while_builders_take_turns(tmp_path: Path) -> None:
    counted = run("crowd", tmp_path)
    assert counted["built"] >= 2 and counted["read"] >= 3
