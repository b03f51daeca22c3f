"""Commands run to their end, with what they took of the machine; and a page opened, with how long that took."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from socket import create_connection, create_server
from time import perf_counter, sleep

ROOT = Path(__file__).parents[2]

LONGEST_START = 60.0
"""Seconds that a page may take to open."""


class BenchError(Exception):
    """A process did not do its work; the message has the end of what it said."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a process took. ``peak_mb`` is its largest resident memory, or that of a process it started."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    said: str


def run(command: Sequence[str], **variables: str) -> Run:
    """Run a command in the repository; raises ``BenchError`` unless it ends well.

    The system charges a process also for the memory of the one that starts it: this one must stay a small one.
    """
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        started = perf_counter()
        process = subprocess.Popen(command, stdout=said, stderr=complained, cwd=ROOT, env=_environment(**variables))
        taken = _ended(process, started)
        texts = []
        for file in (said, complained):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
    if process.returncode:
        raise BenchError(f"{' '.join(command)} ended with {process.returncode}:\n{texts[1][-2000:]}")
    return Run(*taken, texts[0])


def open_page(command: Sequence[str]) -> dict[str, float]:
    """Serve the page by ``command`` (``--port`` is added), wait until it is there, and end it."""
    port = _free_port()
    started = perf_counter()
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=_environment(),
    )
    try:
        listening = _seconds_until(lambda: _listens(port), started)
        healthy = _seconds_until(lambda: '"status":"ok"' in _get(port, "/healthz"), started)
        shown = _seconds_until(lambda: "</html>" in _get(port, "/"), started)
        loaded = _seconds_until(lambda: '"model_loaded":true' in _get(port, "/healthz"), started)
    finally:
        process.terminate()
        _, _, peak_mb = _ended(process, started)
    return {
        "page listens, s": listening,
        "page healthy, s": healthy,
        "page served, s": shown,
        "page with model, s": loaded,
        "page peak, MB": peak_mb,
    }


def _ended(process: "subprocess.Popen[bytes]", started: float) -> tuple[float, float, float]:
    """Wait for the end: seconds, seconds of the processors, peak memory in MB."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000


def _environment(**variables: str) -> dict[str, str]:
    """Ours and ``variables``, with compiled modules kept, as they are once installed, and without any network.

    Threads of OpenMP that wait sleep, unless we are told otherwise: with other work beside, encoding a question was
    seen to take 500 ms in place of 30, likely as those that spin keep the one they wait for from its processor.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    alone = {"HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False"}
    return {"OMP_WAIT_POLICY": "PASSIVE"} | kept | alone | variables


def _free_port() -> int:
    with create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _seconds_until(true: Callable[[], bool], started: float) -> float:
    while not true():
        if perf_counter() - started > LONGEST_START:
            raise BenchError(f"the page was not there after {LONGEST_START:.0f} s")
        sleep(0.01)
    return perf_counter() - started


def _listens(port: int) -> bool:
    try:
        create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def _get(port: int, path: str) -> str:
    """What is served there; empty while nothing is."""
    connection = HTTPConnection("127.0.0.1", port, timeout=LONGEST_START)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode("utf-8", "replace")
    except (OSError, HTTPException):
        return ""
    finally:
        connection.close()
