"""A checkpoint -> the model folder: int8 weights, two tokenizers, and the same network as an ONNX graph.

The graph holds no weights: it points into ``model.safetensors``, whose layout is plain bytes behind a header,
so that torch and ONNX Runtime read one and the same copy.
"""

import json
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from safetensors.numpy import save_file
from transformers import BertConfig

from rag.bilingual import TOKENIZER_FILES
from rag.graphs import cross_graph, graph, pointing_into
from rag.tensors import WEIGHTS, WORDS, stored
from training.cross_encoder import CrossNetwork
from training.student import Student, Tokenizers


def export(student: Student, tokenizers: Tokenizers, base: Path, folder: Path) -> None:
    """Write the model to ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = stored(_weights(student))
    save_file(weights, folder / WEIGHTS)
    tokenizers.english.save(str(folder / TOKENIZER_FILES["en"]), pretty=False)
    tokenizers.german.save(str(folder / TOKENIZER_FILES["de"]), pretty=False)
    config = BertConfig.from_pretrained(base)
    config.vocab_size = len(weights[WORDS])
    config.save_pretrained(folder)
    modules = [{"idx": 0, "name": "0", "path": "", "type": "rag.bilingual.module.BilingualModule"}]
    (folder / "modules.json").write_text(json.dumps(modules, indent=1) + "\n", encoding="utf-8")
    (folder / "config_sentence_transformers.json").write_text("{}\n", encoding="utf-8")
    onnx.save(graph(config, pointing_into(folder / WEIGHTS)), folder / "model.onnx")


def export_cross_encoder(network: CrossNetwork, folder: Path) -> None:
    """Write the cross-encoder to ``folder``; its word rows are those of the embedding model."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: tensor.numpy() for name, tensor in network.state_dict().items() if tensor.is_floating_point()}
    kept = {name.removeprefix("student.body."): weight for name, weight in state.items()}
    kept = {name: weight for name, weight in kept.items() if name != WORDS and not name.startswith("student.")}
    save_file(stored(kept), folder / WEIGHTS)
    onnx.save(cross_graph(network.student.body.config, pointing_into(folder / WEIGHTS)), folder / "model.onnx")


def _weights(student: Student) -> dict[str, NDArray[np.float32]]:
    """The network's weights with German rows behind the English ones, by the names BERT gives them."""
    state = {name: tensor.numpy() for name, tensor in student.body.state_dict().items() if tensor.is_floating_point()}
    state[WORDS] = np.concatenate([state[WORDS], student.german_rows.weight.detach().numpy()])
    return state
