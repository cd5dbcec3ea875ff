"""Runs engines on workloads in turns and prints tables of medians and ratios; see ci/bench.sh.

Each engine first tries its batch sizes on a part of the rows, and the best one is measured.
"""

import argparse
import dataclasses
import json
import math
import pathlib
import subprocess
import sys
import tempfile
import time

import limits
import measured
import tables

HERE = pathlib.Path(__file__).parent
SWEEP_SHARE = 0.25


@dataclasses.dataclass(frozen=True)
class Kind:
    name: str
    program: str
    batches: tuple


PEERS = {
    "openvino": Kind("OpenVINO GenAI", "peer_openvino.py", (16, 32, 64)),
    "llama": Kind("llama.cpp", "peer_llama.py", (4, 8, 16)),
    "genai": Kind("onnxruntime-genai", "peer_genai.py", (4, 8, 16)),
    "transformers": Kind("transformers", "peer_transformers.py", (16, 32)),
}
OURS = (16, 32)


class Engine:
    """An engine with a model; `program` is what comes before the options that all have."""

    def __init__(self, name, model, program, batches, batch_option="--batch"):
        self.name, self.model, self.program = name, pathlib.Path(model), program
        self.batches, self.batch_option = batches, batch_option
        self.results = []
        self.batch = None

    def label(self):
        return f"{self.name}, {self.model.stem}"

    def run(self, workload, batch, threads):
        command = [*self.program, "--model", str(self.model), "--workload", str(workload)]
        command += [self.batch_option, str(batch), "--threads", str(threads)]
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True)
        wall = time.perf_counter() - start
        if done.returncode != 0:
            sys.exit(f"Failed: {' '.join(command)}\n{done.stderr[-2000:]}")
        result = json.loads(done.stdout.strip().splitlines()[-1])
        result["speed"] = result["rows"] / result["seconds"]
        result["other_seconds"] = wall - result["seconds"]
        return result


def ours(options):
    jar = ["java", "-jar", options.jar, "bench"]
    package = options.package
    yield Engine("spark-llama", package, jar, OURS, "--slots")


def peers(named):
    for kind, model in named:
        program = [sys.executable, str(HERE / PEERS[kind].program)]
        yield Engine(PEERS[kind].name, model, program, PEERS[kind].batches)


class Workload:
    def __init__(self, path, folder):
        self.path, self.folder = path, folder
        self.name = path.stem
        self.rows = measured.lines(path)

    def first(self, count):
        """A file of the first rows, which are in no order of length."""
        part = pathlib.Path(self.folder) / f"{self.name}-{count}.jsonl"
        part.write_text("".join(json.dumps(row) + "\n" for row in self.rows[:count]))
        return part

    def say(self, text):
        print(f"{time.strftime('%H:%M:%S')} {self.name}: {text}", file=sys.stderr, flush=True)


def choose_batch(engine, workload, threads):
    """The batch that is fastest on a part of the rows, which is large enough to fill it."""
    count = len(workload.rows)
    batches = sorted({min(batch, count) for batch in engine.batches})
    part = workload.first(max(math.ceil(count * SWEEP_SHARE), batches[-1]))
    tried = {batch: engine.run(part, batch, threads)["speed"] for batch in batches}
    engine.batch = max(tried, key=tried.get)
    found = ", ".join(f"{batch}: {speed:.2f} rows/s" for batch, speed in tried.items())
    workload.say(f"{engine.label()}: batch {engine.batch} ({found})")


def measure(engines, workload, options):
    for engine in engines:
        engine.results.clear()
        choose_batch(engine, workload, options.threads)
    for turn in range(options.repeat):
        for engine in engines:
            result = engine.run(workload.path, engine.batch, options.threads)
            engine.results.append(result)
            workload.say(f"round {turn + 1}, {engine.label()}: {result['speed']:.2f} rows/s")


def save(file, workload, engines):
    with open(file, "a", encoding="utf-8") as out:
        for engine in engines:
            row = dict(workload=workload.name, model=str(engine.model), batch=engine.batch)
            out.writelines(json.dumps(row | result) + "\n" for result in engine.results)


def run_all(options, folder):
    usual = [*ours(options), *peers(options.peer)]
    equal = list(peers(options.equal))
    quality = tables.Quality(options.quality)
    shape = limits.Shape(options.package)
    for path in options.workloads:
        workload = Workload(path, folder)
        close = equal if workload.name in options.equal_workloads else []
        measure(usual + close, workload, options)
        save(options.results, workload, usual + close)
        print(tables.speeds(workload, usual, quality), flush=True)
        if close:
            print(tables.close(workload, [usual[0], *close], quality), flush=True)
        machine = limits.machine(options.threads)
        workload.say(f"{machine.operations / 1e12:.2f} TOPS, {machine.bytes / 1e9:.1f} GB/s")
        print(limits.table(workload, usual[0], shape, machine), flush=True)


def named(text):
    kind, found, path = text.partition("=")
    if not found or kind not in PEERS or not pathlib.Path(path).exists():
        raise argparse.ArgumentTypeError(f"{text!r} is not KIND=PATH; kinds: {', '.join(PEERS)}")
    return kind, path


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jar", required=True)
    parser.add_argument("--package", required=True, help="our package")
    peer = dict(type=named, action="append", default=[], metavar="KIND=PATH")
    parser.add_argument("--peer", **peer, help="engine and model that are compared with ours")
    parser.add_argument("--equal", **peer, help="the same, as exact as ours is, for a second table")
    parser.add_argument("--equal-workloads", nargs="*", default=[], help="where that is measured")
    parser.add_argument("--quality", type=pathlib.Path, help="figures of ci/quality.py measure")
    parser.add_argument("--workloads", nargs="+", required=True, type=pathlib.Path)
    parser.add_argument("--results", required=True, help="JSON lines file that runs are added to")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run_all(options, folder)
    print("### Time by operator\n", flush=True)
    profile = ["profile", "--model", options.package, "--threads", str(options.threads)]
    subprocess.run(["java", "-jar", options.jar, *profile], check=True)


if __name__ == "__main__":
    main()
