"""The systems that are measured, and the environments that peers get of their own."""

import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

PEERS = {"langchain": "LangChain", "haystack": "Haystack", "llamaindex": "LlamaIndex", "txtai": "txtai"}
"""By the names of their files in ``peers``."""

_FOLDER = Path(__file__).parent / "peers"


@dataclass(frozen=True, slots=True)
class System:
    """Something that speaks the protocol."""

    name: str
    command: tuple[str, ...]
    model: str
    """The folder of its sentence model; empty for Belegt's own."""
    ours: bool = False


def belegt(name: str, model: str) -> System:
    return System(name, (sys.executable, "-m", "evals.bench.belegt"), model, ours=True)


def peer(key: str, model: str, environments: Path) -> System:
    """A peer in its environment, which is made where it is missing or was made for other versions."""
    folder, wanted = environments.absolute() / key, _FOLDER / f"{key}.txt"
    python = folder / "bin" / "python"
    installed = folder / "installed.txt"
    if not installed.is_file() or installed.read_text() != wanted.read_text():
        print(f"installing {PEERS[key]} in {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--requirement", str(wanted)]
        subprocess.run(pip, check=True, stdout=sys.stderr)
        installed.write_text(wanted.read_text())
    return System(PEERS[key], (str(python), str(_FOLDER / f"{key}_peer.py")), model)
