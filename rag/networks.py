"""ONNX graphs at work, on one text after another: padding would cost more than calls do."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag.records import Vectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Inputs = Mapping[str, NDArray[Any]]
"""One text, by the names that the graph gives its inputs."""


def load_graph(graph: Path | bytes, threads: int = 0, spinning: bool = True) -> "InferenceSession":
    """The network, its weights included; 0 threads are as many as there are processors.

    While they wait for each other they spin, which is quicker where nothing else runs, and slower beside other work the
    longer a text is.
    """
    import onnxruntime  # only what embeds or reads waits for it

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(spinning)))
    source = graph if isinstance(graph, bytes) else str(graph)
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


class Network:
    """A text -> the vector that is its graph's first output."""

    def __init__(self, graph: Path | bytes) -> None:
        self._graph = graph

    @property
    def width(self) -> int:
        """Of its vectors."""
        return int(self._session.get_outputs()[0].shape[1])

    def vector(self, text: Inputs) -> Vectors:
        return _run(self._session, text)

    def vectors(self, texts: Sequence[Inputs]) -> Vectors:
        """One row a text, each computed by itself, so that it is the same whatever else there is."""
        session = self._session_a_processor  # before there are workers that would each load it
        with ThreadPoolExecutor(os.cpu_count()) as workers:
            rows = list(workers.map(lambda text: _run(session, text), texts))
        return np.array(rows, np.float32).reshape(len(texts), self.width)

    @cached_property
    def _session(self) -> "InferenceSession":
        return load_graph(self._graph)

    @cached_property
    def _session_a_processor(self) -> "InferenceSession":
        """For many texts: each is read by one processor, which wastes less than all of them at each text."""
        return load_graph(self._graph, threads=1)


def _run(session: "InferenceSession", text: Inputs) -> Vectors:
    vector: Vectors = session.run(None, text)[0][0]
    return vector
