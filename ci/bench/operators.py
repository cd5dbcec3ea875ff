"""Where a pass of a package's graph spends its time, by ONNX Runtime's profiler (from Python).

Example: python ci/bench/operators.py --package ci/work/quality/w8a8
"""

import argparse
import collections
import json
import pathlib
import tempfile

import numpy
import onnxruntime

PROMPT = 256
ROWS, CONTEXT = 16, 288
PASSES = 6
SHOWN = 0.01


class Graph:
    """A session with keys and values in one buffer for past and present, as the engine has them."""

    def __init__(self, package, threads, folder, rows, capacity):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.enable_profiling = True
        options.profile_file_prefix = str(pathlib.Path(folder) / "profile")
        self.session = onnxruntime.InferenceSession(
            pathlib.Path(package) / "model.onnx", options, providers=["CPUExecutionProvider"]
        )
        self.rows = rows
        self.caches = {}
        for given in self.session.get_inputs():
            if given.name.startswith("past_key_values."):
                _, heads, _, size = given.shape
                zeros = numpy.zeros((rows, heads, capacity, size), numpy.float32)
                self.caches[given.name] = onnxruntime.OrtValue.ortvalue_from_numpy(zeros)

    def run(self, tokens, context):
        """One pass of `tokens` new tokens for each row, behind which `context` tokens then stand."""
        binding = self.session.io_binding()
        binding.bind_cpu_input("input_ids", numpy.full((self.rows, tokens), 100, numpy.int64))
        binding.bind_cpu_input("attention_mask", numpy.ones((self.rows, context), numpy.int64))
        asked = numpy.arange(1, self.rows + 1) * tokens - 1
        binding.bind_cpu_input("logits_indices", asked)
        for name, cache in self.caches.items():
            binding.bind_ortvalue_input(name, cache)
            binding.bind_ortvalue_output(name.replace("past_key_values", "present"), cache)
        binding.bind_output("logits")
        self.session.run_with_iobinding(binding)

    def times(self):
        """Microseconds by operator."""
        events = json.loads(pathlib.Path(self.session.end_profiling()).read_text())
        found = collections.Counter()
        for event in events:
            if event.get("cat") == "Node" and event["name"].endswith("_kernel_time"):
                found[event["args"]["op_name"]] += event["dur"]
        return found


def times(package, threads, rows, tokens, context):
    with tempfile.TemporaryDirectory() as folder:
        graph = Graph(package, threads, folder, rows, max(context, tokens))
        for _ in range(PASSES):
            graph.run(tokens, context)
        return graph.times()


def table(package, threads):
    prefill = times(package, threads, 1, PROMPT, PROMPT)
    decode = times(package, threads, ROWS, 1, CONTEXT)
    lines = [
        "### Time by operator",
        "",
        f"| operator | prefill of {PROMPT} tokens | decode of {ROWS} rows at {CONTEXT} tokens |",
        "|---|---:|---:|",
    ]
    shares = {
        name: (prefill[name] / prefill.total(), decode[name] / decode.total())
        for name in prefill | decode
    }
    for name, share in sorted(shares.items(), key=lambda item: -sum(item[1])):
        if max(share) >= SHOWN:
            lines.append(f"| {name} | {share[0]:.1%} | {share[1]:.1%} |")
    total = [sum(one.values()) / PASSES / 1e3 for one in (prefill, decode)]
    lines.append(f"| one pass, the profiler's own time in it | {total[0]:.1f} ms | {total[1]:.1f} ms |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--package", required=True)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    print(table(options.package, options.threads))


if __name__ == "__main__":
    main()
