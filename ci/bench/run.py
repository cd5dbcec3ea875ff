"""Runs engines on workloads in turns and prints a table of medians and ratios; see ci/bench.sh.

Each engine first tries its batch sizes once, and the best one is measured.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
BATCHES = {
    "spark-llama": (16, 32),
    "OpenVINO GenAI": (16, 32, 64),
    "llama.cpp": (4, 8, 16),
    "transformers": (16, 32),
}


class Engine:
    """An engine with a model; `program` is what comes before the options that all have."""

    def __init__(self, name, model, program, batch_option="--batch"):
        self.name, self.model, self.program = name, model, program
        self.batch_option = batch_option
        self.results = []
        self.batch = None

    def label(self):
        return f"{self.name}, {pathlib.Path(self.model).stem}"

    def run(self, workload, batch, threads):
        command = [*self.program, "--model", self.model, "--workload", str(workload)]
        command += [self.batch_option, str(batch), "--threads", str(threads)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"Failed: {' '.join(command)}\n{done.stderr[-2000:]}")
        result = json.loads(done.stdout.strip().splitlines()[-1])
        result["speed"] = result["rows"] / result["seconds"]
        return result


def engines(options):
    python = sys.executable
    jar = ["java", "-jar", options.jar, "bench"]
    found = [
        Engine("spark-llama", options.package, jar, "--slots"),
    ]
    peers = {
        "OpenVINO GenAI": (options.openvino, "peer_openvino.py"),
        "llama.cpp": (options.llama, "peer_llama.py"),
        "transformers": (options.transformers, "peer_transformers.py"),
    }
    for name, (models, program) in peers.items():
        for model in models:
            found.append(Engine(name, model, [python, str(HERE / program)]))
    return found


def measure(found, workload, options):
    for engine in found:
        engine.results.clear()
        tried = {b: engine.run(workload, b, options.threads) for b in BATCHES[engine.name]}
        engine.batch = max(tried, key=lambda batch: tried[batch]["speed"])
        say(workload, f"{engine.label()}: batch {engine.batch}")
    for turn in range(options.repeat):
        for engine in found:
            result = engine.run(workload, engine.batch, options.threads)
            engine.results.append(result)
            say(workload, f"round {turn + 1}, {engine.label()}: {result['speed']:.2f} rows/s")


def say(workload, text):
    print(f"{time.strftime('%H:%M:%S')} {workload.stem}: {text}", file=sys.stderr, flush=True)


def table(workload, found):
    ours = median(found[0], "speed")
    rows = found[0].results[0]["rows"]
    lines = [
        f"### {workload.stem}, {rows} rows",
        "",
        "| engine, model | batch | rows/s | spread | ours is | load s | peak MiB |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for engine in found:
        speeds = [result["speed"] for result in engine.results]
        middle = statistics.median(speeds)
        spread = (max(speeds) - min(speeds)) / middle
        lines.append(
            f"| {engine.label()} | {engine.batch} | {middle:.2f} | {spread:.0%}"
            f" | {ours / middle:.2f} x | {median(engine, 'load_seconds'):.1f}"
            f" | {median(engine, 'peak_bytes') / 2**20:,.0f} |"
        )
    return "\n".join(lines)


def median(engine, field):
    return statistics.median(result[field] for result in engine.results)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jar", required=True)
    parser.add_argument("--package", required=True, help="our package")
    parser.add_argument("--openvino", nargs="*", default=[], help="GGUF files")
    parser.add_argument("--llama", nargs="*", default=[], help="GGUF files")
    parser.add_argument("--transformers", nargs="*", default=[], help="folders")
    parser.add_argument("--workloads", nargs="+", required=True, type=pathlib.Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    found = engines(options)
    for workload in options.workloads:
        measure(found, workload, options)
        print(table(workload, found) + "\n", flush=True)


if __name__ == "__main__":
    main()
