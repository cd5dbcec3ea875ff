"""What the machine could do at most, and what share of that our engine reaches.

- Operations: the largest int8 MatMulInteger throughput of ONNX Runtime among some shapes.
- Bytes: the largest of copying (read and written bytes) and of reading large arrays with numpy.
- Prefill limit, tokens/s: operations / (2 x weights of the layers' products).
- Decode limit, tokens/s: rows / max(bytes of a step / bytes, operations of a step / operations).
  A step reads all weights of products (head included) at one byte each, and for each row the 16-bit
  keys and values of its context, which is the mean prompt and half of the mean answer; it computes
  2 x weights for each row.
- Rows take answer tokens in passes that read prompts as well, so the phases have one share together:
  the time of all tokens at these limits over the time that they took.
"""

import dataclasses
import json
import pathlib
import threading
import time

import numpy

SHAPES = ((256, 2048, 8192), (512, 2048, 2048), (512, 576, 1536))
ARRAY = 1 << 28
TURNS = 20


@dataclasses.dataclass(frozen=True)
class Machine:
    operations: float
    bytes: float


class Shape:
    """Sizes of a Llama, from the config.json of its package."""

    def __init__(self, package):
        config = json.loads((pathlib.Path(package) / "config.json").read_text())
        hidden, layers = config["hidden_size"], config["num_hidden_layers"]
        head = config.get("head_dim") or hidden // config["num_attention_heads"]
        query, key = config["num_attention_heads"] * head, config["num_key_value_heads"] * head
        products = hidden * (2 * query + 2 * key) + 3 * hidden * config["intermediate_size"]
        self.layers = layers * products
        self.head = hidden * config["vocab_size"]
        self.token_bytes = 2 * layers * key * 2

    def prefill_limit(self, machine):
        return machine.operations / (2 * self.layers)

    def decode_limit(self, machine, rows, context):
        weights = self.layers + self.head
        memory = (weights + rows * context * self.token_bytes) / machine.bytes
        return rows / max(memory, rows * 2 * weights / machine.operations)


def fastest(run):
    """Least seconds of some runs."""
    times = []
    for _ in range(TURNS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def product(rows, inner, outer, threads):
    """A session of one u8 x s8 product, and what it is fed with."""
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    random = numpy.random.default_rng(1)
    weights = random.integers(-127, 127, (inner, outer)).astype(numpy.int8)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["y"])],
        "product",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, [rows, inner])],
        [helper.make_tensor_value_info("y", TensorProto.INT32, [rows, outer])],
        [numpy_helper.from_array(weights, "b")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return session, {"a": random.integers(0, 255, (rows, inner)).astype(numpy.uint8)}


def operations(threads):
    best = 0.0
    for rows, inner, outer in SHAPES:
        session, feeds = product(rows, inner, outer, threads)
        seconds = fastest(lambda: session.run(None, feeds))
        best = max(best, 2 * rows * inner * outer / seconds)
    return best


def together(run, count):
    """Runs `run(0)` to `run(count - 1)` at the same time; numpy works outside Python's lock."""
    workers = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def bandwidth(threads):
    arrays = [numpy.ones(ARRAY // 4 // threads, numpy.float32) for _ in range(threads)]
    copies = [numpy.empty_like(array) for array in arrays]
    copying = fastest(lambda: together(lambda n: numpy.copyto(copies[n], arrays[n]), threads))
    reading = fastest(lambda: together(lambda n: arrays[n].max(), threads))
    size = sum(array.nbytes for array in arrays)
    return max(2 * size / copying, size / reading)


def machine(threads):
    return Machine(operations(threads), bandwidth(threads))


def table(workload, engine, shape, machine):
    """Our engine's median round beside the time that the machine would need at its limits."""
    result = sorted(engine.results, key=lambda one: one["speed"])[len(engine.results) // 2]
    read = result["prompt_tokens"] - result["reused_tokens"]
    limit = read / shape.prefill_limit(machine)
    answered = result["decoded_tokens"]
    slots = ""
    if answered:
        rows = result["decoded_rows"] / result["decode_steps"]
        context = (result["prompt_tokens"] + result["generated_tokens"] / 2) / result["rows"]
        limit += answered / shape.decode_limit(machine, rows, context)
        slots = f"\nSlots in use: {rows:.1f} of {engine.batch}, {rows / engine.batch:.0%}.\n"
    return (
        f"### {workload.name}, spark-llama against the machine\n\n"
        f"{machine.operations / 1e12:.2f} TOPS in int8, {machine.bytes / 1e9:.1f} GB/s.\n\n"
        "| tokens read | tokens answered | seconds | in prefill | at the limits | share |\n"
        "|---:|---:|---:|---:|---:|---:|\n"
        f"| {read:,} | {answered:,} | {result['seconds']:.2f} | {result['prefill_seconds']:.2f}"
        f" | {limit:.2f} | {limit / result['seconds']:.0%} |\n{slots}"
    )
