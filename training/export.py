"""A checkpoint -> the model folder: int8 weights, two tokenizers, and the same network as an ONNX graph.

The graph holds no weights: it points into ``model.safetensors``, whose layout is plain bytes behind a header,
so that torch and ONNX Runtime read one and the same copy.
"""

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file
from transformers import BertConfig

from rag.bilingual import TOKENIZER_FILES
from rag.bilingual.module import SCALE
from rag.cross_encoder import WEIGHTS, WORDS
from training.cross_encoder import CrossNetwork
from training.student import Student, Tokenizers

OPSET = 20

EXACT_LAYERS = 3
"""Layers, from the first, whose last matrix is multiplied as float32: what goes in there (behind GELU) spans so wide a
range that uint8 leaves little of most of it. ``evals/README.md`` has what that is worth."""


def export(student: Student, tokenizers: Tokenizers, base: Path, folder: Path) -> None:
    """Write the model to ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    stored = _stored(_weights(student))
    save_file(stored, folder / WEIGHTS)
    tokenizers.english.save(str(folder / TOKENIZER_FILES["en"]), pretty=False)
    tokenizers.german.save(str(folder / TOKENIZER_FILES["de"]), pretty=False)
    config = BertConfig.from_pretrained(base)
    config.vocab_size = len(stored[WORDS])
    config.save_pretrained(folder)
    modules = [{"idx": 0, "name": "0", "path": "", "type": "rag.bilingual.module.BilingualModule"}]
    (folder / "modules.json").write_text(json.dumps(modules, indent=1) + "\n", encoding="utf-8")
    (folder / "config_sentence_transformers.json").write_text("{}\n", encoding="utf-8")
    onnx.save(graph(config, folder / WEIGHTS), folder / "model.onnx")


def export_cross_encoder(network: CrossNetwork, folder: Path) -> None:
    """Write the cross-encoder to ``folder``; its word rows are those of the embedding model."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: tensor.numpy() for name, tensor in network.state_dict().items() if tensor.is_floating_point()}
    kept = {name.removeprefix("student.body."): weight for name, weight in state.items()}
    kept = {name: weight for name, weight in kept.items() if name != WORDS and not name.startswith("student.")}
    save_file(_stored(kept), folder / WEIGHTS)
    onnx.save(cross_graph(network.student.body.config, folder / WEIGHTS), folder / "model.onnx")


def _stored(weights: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.generic]]:
    """As kept: rows that are looked up are as fine as can be, matrices that are multiplied never overflow."""
    body = {name: weight for name, weight in weights.items() if name.startswith("encoder.")}
    rest = {name: weight for name, weight in weights.items() if name not in body}
    return quantised(rest) | quantised(body, largest_of_pairs)


def largest(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of each row the largest value, whatever its sign."""
    values: NDArray[np.float32] = np.abs(matrix).max(1)
    return values


def largest_of_pairs(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of each row the largest sum of what has one sign in a pair of neighbours.

    Processors without VNNI add two products of uint8 and int8 in 16 bits and cut what is beyond. Of a row scaled by
    this nothing is, as 255 * 128 < 2 ** 15 (127, and one for rounding): it multiplies the same on every processor.
    """
    pairs = matrix.reshape(len(matrix), -1, 2)
    sums: NDArray[np.float32] = np.maximum(pairs.clip(0).sum(2), -pairs.clip(max=0).sum(2)).max(1)
    return sums


def quantised(
    weights: dict[str, NDArray[np.float32]],
    most: Callable[[NDArray[np.float32]], NDArray[np.float32]] = largest,
) -> dict[str, NDArray[np.generic]]:
    """Each matrix as int8 with one scale a row, at which ``most`` of it is 127; vectors stay float32."""
    stored: dict[str, NDArray[np.generic]] = {}
    for name, weight in weights.items():
        if weight.ndim == 1:
            stored[name] = weight
            continue
        scale = np.maximum(most(weight), 1e-8) / 127
        stored[name] = np.round(weight / scale[:, None]).astype(np.int8)
        stored[name + SCALE] = scale.astype(np.float32)
    return stored


def _weights(student: Student) -> dict[str, NDArray[np.float32]]:
    """The network's weights with German rows behind the English ones, by the names BERT gives them."""
    state = {name: tensor.numpy() for name, tensor in student.body.state_dict().items() if tensor.is_floating_point()}
    state[WORDS] = np.concatenate([state[WORDS], student.german_rows.weight.detach().numpy()])
    return state


class _Graph:
    """Collects nodes; every method adds one and returns the name of its output."""

    def __init__(self, weights: Path) -> None:
        with weights.open("rb") as file:
            length = struct.unpack("<Q", file.read(8))[0]
            self.header = json.loads(file.read(length))
        self.data_start = 8 + length
        self.weights = weights.name
        self.nodes: list[onnx.NodeProto] = []
        self.initialisers: list[onnx.TensorProto] = []
        self.known: set[str] = set()

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        return self.add_several(operator, *inputs, outputs=1, **attributes)[0]

    def add_several(self, operator: str, *inputs: str, outputs: int, **attributes: Any) -> list[str]:
        """The same for an operator with several outputs."""
        name = f"{operator.lower()}_{len(self.nodes)}"
        names = [name, *(f"{name}_{number}" for number in range(1, outputs))]
        self.nodes.append(helper.make_node(operator, list(inputs), names, **attributes))
        return names

    def constant(self, value: object, kind: type = np.int64) -> str:
        name = f"constant_{len(self.initialisers)}"
        self.initialisers.append(numpy_helper.from_array(np.array(value, kind), name))
        return name

    def stored(self, name: str) -> str:
        """A tensor of the weights file, read from there."""
        if name not in self.known:
            entry = self.header[name]
            tensor = onnx.TensorProto(
                name=name,
                dims=entry["shape"],
                data_type={"I8": TensorProto.INT8, "F32": TensorProto.FLOAT}[entry["dtype"]],
                data_location=TensorProto.EXTERNAL,
            )
            first, last = entry["data_offsets"]
            place = {"location": self.weights, "offset": self.data_start + first, "length": last - first}
            for key, value in place.items():
                tensor.external_data.add(key=key, value=str(value))
            self.initialisers.append(tensor)
            self.known.add(name)
        return name

    def matrix(self, name: str) -> str:
        """A stored int8 matrix as float32; ONNX Runtime computes it once, when it loads the graph."""
        scale = self.add("Unsqueeze", self.stored(name + SCALE), self.constant([1]))
        return self.add("Mul", self.add("Cast", self.stored(name), to=TensorProto.FLOAT), scale)

    def rows(self, name: str, numbers: str) -> str:
        """Rows of a stored int8 matrix, only these turned to float32."""
        scale = self.add("Unsqueeze", self.add("Gather", self.stored(name + SCALE), numbers), self.constant([-1]))
        chosen = self.add("Gather", self.stored(name), numbers)
        return self.add("Mul", self.add("Cast", chosen, to=TensorProto.FLOAT), scale)

    def linear(self, name: str, value: str) -> str:
        weight = self.add("Transpose", self.matrix(f"{name}.weight"), perm=[1, 0])
        return self.add("Add", self.add("MatMul", value, weight), self.stored(f"{name}.bias"))

    def linear_int8(self, name: str, value: str) -> str:
        """The same with whole numbers: the value becomes uint8 over its own range, the matrix stays as it is stored.

        ONNX Runtime fuses these nodes to one.
        """
        value, scale, zero = self.add_several("DynamicQuantizeLinear", value, outputs=3)
        weight = self.add("Transpose", self.stored(f"{name}.weight"), perm=[1, 0])
        product = self.add("Cast", self.add("MatMulInteger", value, weight, zero), to=TensorProto.FLOAT)
        scales = self.add("Mul", scale, self.stored(f"{name}.weight{SCALE}"))
        return self.add("Add", self.add("Mul", product, scales), self.stored(f"{name}.bias"))

    def norm(self, name: str, value: str, epsilon: float) -> str:
        return self.add(
            "LayerNormalization", value, self.stored(f"{name}.weight"), self.stored(f"{name}.bias"), epsilon=epsilon
        )


def graph(config: BertConfig, weights: Path) -> onnx.ModelProto:
    """BERT's encoder, the mean of its last states, and length 1."""
    g = _Graph(weights)
    state = _encoded(g, config, g.rows(WORDS, "input_ids"))
    mean = g.add("ReduceMean", state, g.constant([1]), keepdims=0)
    g.nodes.append(helper.make_node("LpNormalization", [mean], ["vectors"], axis=1, p=2))
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"])
        for name in ("input_ids", "token_type_ids")
    ]
    output = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", config.hidden_size])
    return _model(g, "belegt-bilingual", inputs, output)


def cross_graph(config: BertConfig, weights: Path) -> onnx.ModelProto:
    """BERT's encoder over word rows that are given, and for each token its score over that of the first one."""
    g = _Graph(weights)
    state = _encoded(g, config, "words")
    scores = g.add("Squeeze", g.linear("head", state), g.constant([2]))
    first = g.add("Slice", state, g.constant([0]), g.constant([1]), g.constant([1]))
    nothing = g.add("Squeeze", g.linear("null", first), g.constant([2]))
    g.nodes.append(helper.make_node("Sub", [scores, nothing], ["margins"]))
    inputs = [
        helper.make_tensor_value_info("words", TensorProto.FLOAT, ["texts", "tokens", config.hidden_size]),
        helper.make_tensor_value_info("token_type_ids", TensorProto.INT64, ["texts", "tokens"]),
    ]
    output = helper.make_tensor_value_info("margins", TensorProto.FLOAT, ["texts", "tokens"])
    return _model(g, "belegt-cross-encoder", inputs, output)


def _encoded(g: _Graph, config: BertConfig, words: str) -> str:
    """The last states of BERT's encoder, its matrices multiplied as int8, but for the last ones of ``EXACT_LAYERS``.

    Only one text at a time: nothing is padded, so nothing is masked, and whole numbers, which span what is in a call,
    are the same whatever other texts there are.
    """
    heads, epsilon = config.num_attention_heads, config.layer_norm_eps
    width = config.hidden_size // heads
    types = g.rows("embeddings.token_type_embeddings.weight", "token_type_ids")
    length = g.add("Shape", "token_type_ids", start=1, end=2)
    count = g.add("Squeeze", length, g.constant([0]))
    places = g.add("Range", g.constant(0), count, g.constant(1))
    positions = g.rows("embeddings.position_embeddings.weight", places)
    state = g.norm("embeddings.LayerNorm", g.add("Add", g.add("Add", words, types), positions), epsilon)
    by_head = g.constant([0, 0, heads, width])
    for layer in range(config.num_hidden_layers):
        name = f"encoder.layer.{layer}"
        query, key, value = (
            g.add("Reshape", g.linear_int8(f"{name}.attention.self.{part}", state), by_head)
            for part in ("query", "key", "value")
        )
        query = g.add("Transpose", query, perm=[0, 2, 1, 3])
        key = g.add("Transpose", key, perm=[0, 2, 3, 1])
        value = g.add("Transpose", value, perm=[0, 2, 1, 3])
        scores = g.add("Mul", g.add("MatMul", query, key), g.constant(width**-0.5, np.float32))
        shares = g.add("Softmax", scores, axis=-1)
        context = g.add("Transpose", g.add("MatMul", shares, value), perm=[0, 2, 1, 3])
        context = g.add("Reshape", context, g.constant([0, 0, config.hidden_size]))
        attended = g.linear_int8(f"{name}.attention.output.dense", context)
        state = g.norm(f"{name}.attention.output.LayerNorm", g.add("Add", attended, state), epsilon)
        inner = g.add("Gelu", g.linear_int8(f"{name}.intermediate.dense", state))
        outer = (g.linear if layer < EXACT_LAYERS else g.linear_int8)(f"{name}.output.dense", inner)
        state = g.norm(f"{name}.output.LayerNorm", g.add("Add", outer, state), epsilon)
    return state


def _model(g: _Graph, name: str, inputs: list[onnx.ValueInfoProto], output: onnx.ValueInfoProto) -> onnx.ModelProto:
    made = helper.make_graph(g.nodes, name, inputs, [output], g.initialisers)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
