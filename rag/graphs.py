"""Networks of BERT's kind as ONNX graphs, their matrices multiplied as the whole numbers that ``tensors`` keeps."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from rag.tensors import SCALE, WORDS, Arrays, header

OPSET = 20

Tensors = Callable[[str], onnx.TensorProto]
"""Where a graph's weights come from, by name."""

Pooling = Literal["mean", "cls"]
"""What of the last states is a text's vector."""


class Config(Protocol):
    """What BERT's own configuration calls these."""

    num_hidden_layers: int
    num_attention_heads: int
    hidden_size: int
    layer_norm_eps: float


def pointing_into(weights: Path) -> Tensors:
    """Weights that stay in a safetensors file, which must lie beside the graph's."""
    entries, start = header(weights)

    def tensor(name: str) -> onnx.TensorProto:
        entry = entries[name]
        made = onnx.TensorProto(
            name=name,
            dims=entry["shape"],
            data_type={"I8": TensorProto.INT8, "F32": TensorProto.FLOAT}[entry["dtype"]],
            data_location=TensorProto.EXTERNAL,
        )
        first, last = entry["data_offsets"]
        place = {"location": weights.name, "offset": start + first, "length": last - first}
        for key, value in place.items():
            made.external_data.add(key=key, value=str(value))
        return made

    return tensor


def holding(weights: Arrays) -> Tensors:
    """Weights that are part of the graph."""
    return lambda name: numpy_helper.from_array(weights[name], name)


class Graph:
    """Collects nodes; every method adds one and returns the name of its output."""

    def __init__(self, tensor: Tensors) -> None:
        self._tensor = tensor
        self.nodes: list[onnx.NodeProto] = []
        self.initialisers: list[onnx.TensorProto] = []
        self._known: set[str] = set()

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
        """A tensor of the weights, by its own name."""
        if name not in self._known:
            self.initialisers.append(self._tensor(name))
            self._known.add(name)
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


def graph(config: Config, tensor: Tensors) -> onnx.ModelProto:
    """Word pieces of Belegt's own model -> the mean of the encoder's last states, and length 1."""
    g = Graph(tensor)
    state = _encoded(g, config, g.rows(WORDS, "input_ids"))[-1]
    mean = g.add("ReduceMean", state, g.constant([1]), keepdims=0)
    g.nodes.append(helper.make_node("LpNormalization", [mean], ["vectors"], axis=1, p=2))
    inputs = [_numbers("input_ids"), _numbers("token_type_ids")]
    return _model(g, "belegt-bilingual", inputs, _values("vectors", "texts", config.hidden_size))


def sentence_graph(config: Config, tensor: Tensors, pooling: Pooling, first_position: int) -> onnx.ModelProto:
    """Word rows that are given -> the mean of the encoder's last states, or the first one, and length 1."""
    g = Graph(tensor)
    state = _encoded(g, config, "words", first_position)[-1]
    if pooling == "cls":
        pooled = g.add("Gather", state, g.constant(0), axis=1)
    else:
        pooled = g.add("ReduceMean", state, g.constant([1]), keepdims=0)
    g.nodes.append(helper.make_node("LpNormalization", [pooled], ["vectors"], axis=1, p=2))
    inputs = [_values("words", "texts", "tokens", config.hidden_size), _numbers("token_type_ids")]
    return _model(g, "sentences", inputs, _values("vectors", "texts", config.hidden_size))


def cross_graph(config: Config, tensor: Tensors) -> onnx.ModelProto:
    """Word rows that are given -> for each token its score over that of the first one; and, by a last layer of their
    own, its scores as the beginning and as the end of the words that answer.
    """
    g = Graph(tensor)
    *_, before, state = _encoded(g, config, "words")
    scores = g.add("Squeeze", g.linear("head", state), g.constant([2]))
    first = g.add("Slice", state, g.constant([0]), g.constant([1]), g.constant([1]))
    nothing = g.add("Squeeze", g.linear("null", first), g.constant([2]))
    g.nodes.append(helper.make_node("Sub", [scores, nothing], ["margins"]))
    pointed = _layer(g, config, "pointer", before, _by_head(g, config), g.linear_int8)
    g.nodes.append(helper.make_node("Identity", [g.linear("words", pointed)], ["told"]))
    inputs = [_values("words", "texts", "tokens", config.hidden_size), _numbers("token_type_ids")]
    outputs = _values("margins", "texts", "tokens"), _values("told", "texts", "tokens", 2)
    return _model(g, "belegt-cross-encoder", inputs, *outputs)


def _encoded(g: Graph, config: Config, words: str, first_position: int = 0) -> list[str]:
    """The states behind each layer of BERT's encoder, its matrices multiplied as int8.

    Not so the last one of each layer of the first half: what goes in there (behind GELU) spans so wide a range that
    uint8 leaves little of most of it. ``evals/README.md`` has what that is worth.

    Only one text at a time: nothing is padded, so nothing is masked, and whole numbers, which span what is in a call,
    are the same whatever other texts there are.
    """
    types = g.rows("embeddings.token_type_embeddings.weight", "token_type_ids")
    length = g.add("Shape", "token_type_ids", start=1, end=2)
    count = g.add("Squeeze", length, g.constant([0]))
    if first_position:
        count = g.add("Add", count, g.constant(first_position))
    places = g.add("Range", g.constant(first_position), count, g.constant(1))
    positions = g.rows("embeddings.position_embeddings.weight", places)
    summed = g.add("Add", g.add("Add", words, types), positions)
    states = [g.norm("embeddings.LayerNorm", summed, config.layer_norm_eps)]
    by_head = _by_head(g, config)
    for layer in range(config.num_hidden_layers):
        outer = g.linear if layer < config.num_hidden_layers // 2 else g.linear_int8
        states.append(_layer(g, config, f"encoder.layer.{layer}", states[-1], by_head, outer))
    return states


def _by_head(g: Graph, config: Config) -> str:
    """The shape of states parted by attention heads."""
    return g.constant([0, 0, config.num_attention_heads, config.hidden_size // config.num_attention_heads])


def _layer(g: Graph, config: Config, name: str, state: str, by_head: str, outer: Callable[[str, str], str]) -> str:
    """The states behind one layer; ``outer`` multiplies its last matrix."""
    query, key, value = (
        g.add("Reshape", g.linear_int8(f"{name}.attention.self.{part}", state), by_head)
        for part in ("query", "key", "value")
    )
    query = g.add("Transpose", query, perm=[0, 2, 1, 3])
    key = g.add("Transpose", key, perm=[0, 2, 3, 1])
    value = g.add("Transpose", value, perm=[0, 2, 1, 3])
    width = config.hidden_size // config.num_attention_heads
    scores = g.add("Mul", g.add("MatMul", query, key), g.constant(width**-0.5, np.float32))
    shares = g.add("Softmax", scores, axis=-1)
    context = g.add("Transpose", g.add("MatMul", shares, value), perm=[0, 2, 1, 3])
    context = g.add("Reshape", context, g.constant([0, 0, config.hidden_size]))
    attended = g.linear_int8(f"{name}.attention.output.dense", context)
    state = g.norm(f"{name}.attention.output.LayerNorm", g.add("Add", attended, state), config.layer_norm_eps)
    inner = g.add("Gelu", g.linear_int8(f"{name}.intermediate.dense", state))
    added = g.add("Add", outer(f"{name}.output.dense", inner), state)
    return g.norm(f"{name}.output.LayerNorm", added, config.layer_norm_eps)


def _numbers(name: str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"])


def _values(name: str, *shape: str | int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _model(g: Graph, name: str, inputs: list[onnx.ValueInfoProto], *outputs: onnx.ValueInfoProto) -> onnx.ModelProto:
    made = helper.make_graph(g.nodes, name, inputs, outputs, g.initialisers)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
