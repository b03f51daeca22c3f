"""The map of the house holds: imports point down, edges stay at the edge, and light commands stay light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "rag"

FLOORS = (
    {"records", "errors", "places", "settings", "questions", "stopwords"},
    {
        "corpus",
        "reading",
        "splitting",
        "packing",
        "filing",
        "language",
        "focus",
        "filters",
        "periods",
        "tensors",
        "networks",
        "graphs",
        "bilingual",
        "cross_encoder",
        "bert",
        "embedding",
        "yardstick",
        "vectors",
        "lexical",
        "spelling",
        "scoring",
        "hearing",
        "answering",
        "pieces",
        "small_print",
        "asking",
        "holdings",
        "browsing",
        "picking",
        "overview",
        "voices",
        "speech",
        "talk",
        "comparing",
    },
    {"index", "store", "milvus", "stores", "building", "retrieval", "conversation", "catalogue", "chatbot"},
    {"rendering", "evaluation"},
    {"page", "cli"},
)
"""From the ground up. A room imports from floors below, or from its own where ``BESIDE`` allows it."""

BESIDE = {
    "settings": {"errors", "places"},
    "stopwords": {"records"},
    "questions": {"errors", "records"},
    "reading": {"language"},
    "filing": {"splitting"},
    "packing": {"splitting"},
    "corpus": {"language"},
    "focus": {"bilingual", "language"},
    "filters": {"bilingual", "corpus", "focus", "holdings", "language", "overview", "periods", "pieces"},
    "periods": {"language"},
    "holdings": {"asking", "language", "periods"},
    "browsing": {"asking", "language"},
    "picking": {"asking", "focus", "language", "pieces"},
    "overview": {"asking", "browsing", "focus", "holdings", "language", "picking", "pieces"},
    "pieces": {"focus", "language"},
    "graphs": {"tensors"},
    "bilingual": {"language", "networks", "tensors"},
    "bert": {"graphs", "networks", "tensors"},
    "embedding": {"bert", "bilingual"},
    "yardstick": {"embedding"},
    "cross_encoder": {"bilingual", "language", "networks", "tensors"},
    "scoring": {"cross_encoder", "focus"},
    "hearing": {"scoring", "speech", "spelling", "voices"},
    "answering": {"cross_encoder", "filing", "focus", "hearing", "language", "scoring"},
    "voices": {"focus", "language", "pieces"},
    "speech": {"filing", "focus", "language", "voices"},
    "small_print": {"answering", "bilingual", "language", "pieces"},
    "talk": {"language"},
    "comparing": {"corpus", "filters", "periods"},
    "spelling": {"bilingual", "language", "overview", "pieces"},
    "store": {"index"},
    "milvus": {"index", "store"},
    "stores": {"index", "store", "milvus"},
    "building": {"index", "store", "stores"},
    "retrieval": {"index"},
    "catalogue": {"index", "retrieval"},
    "chatbot": {"index", "store", "stores", "retrieval", "conversation", "catalogue"},
    "cli": {"page"},
}

HEAVY = {
    "torch",
    "sentence_transformers",
    "transformers",
    "gradio",
    "langchain_text_splitters",
    "faiss",
    "onnxruntime",
    "onnx",
}
HEAVY |= {"trafilatura", "lxml", "pypdfium2", "docx", "odfdo", "striprtf", "markdown_it", "pymilvus"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def imports(path: Path) -> set[str]:
    """The modules of ours that a file imports anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name for name in names if name == "rag" or name.startswith("rag.")}


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_down(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if own.startswith("__"):
        return
    floor = next(number for number, rooms in enumerate(FLOORS) if own in rooms)
    below = set().union(*FLOORS[:floor])
    for module in imports(path):
        assert room(module) in below | BESIDE.get(own, set()) | {own}, f"{own} imports {module}"


def test_every_room_is_on_the_map() -> None:
    rooms = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in modules()}
    assert {name for name in rooms if not name.startswith("__")} == set().union(*FLOORS)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["status", "--index", "nowhere"], ["show", "x", "--index", "nowhere"]]
)
def test_light_commands_load_no_model_and_no_page(arguments: list[str]) -> None:
    code = (
        "import sys; from rag.cli import main\n"
        f"try: main({arguments!r})\nexcept SystemExit: pass\n"
        f"print(sorted({HEAVY - {'faiss', 'langchain_text_splitters'}!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
