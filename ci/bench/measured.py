"""What the programs around the peers' engines share: the workload in, one line of JSON out."""

import argparse
import json
import time


def options(engine, model):
    parser = argparse.ArgumentParser(description=f"Runs a workload with {engine}.")
    parser.add_argument("--model", required=True, help=model)
    parser.add_argument("--workload", required=True, help="lines of ci/bench/workloads.py")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=16, help="rows together; default: 16")
    parser.add_argument("--show", action="store_true", help="print the first answer's ids")
    return parser


def rows(file):
    with open(file, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def peak_bytes():
    with open("/proc/self/status", encoding="utf-8") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return None


def report(engine, version, load, answer):
    """Times `answer`, which returns the generated tokens of each row, and prints the result."""
    chosen, given, run = answer
    start = time.perf_counter()
    generated = run()
    seconds = time.perf_counter() - start
    result = dict(
        engine=engine,
        version=version,
        rows=len(given),
        seconds=round(seconds, 4),
        load_seconds=round(load, 4),
        prompt_tokens=sum(len(row["prompt_ids"]) for row in given),
        generated_tokens=sum(len(tokens) for tokens in generated),
        peak_bytes=peak_bytes(),
    )
    if chosen.show:
        result["first"] = [int(token) for token in generated[0]]
    print(json.dumps(result))
