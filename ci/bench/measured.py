"""What the programs around the peers' engines share: the workload in, one line of JSON out."""

import argparse
import gzip
import json
import pathlib
import time


def options(engine, model):
    parser = argparse.ArgumentParser(description=f"Runs a workload with {engine}.")
    parser.add_argument("--model", required=True, help=model)
    parser.add_argument("--workload", required=True, help="lines of ci/bench/workloads.py")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=16, help="rows together; default: 16")
    parser.add_argument("--rows", type=int, help="only the first ROWS rows")
    parser.add_argument("--output", help="JSON lines file for the generated ids")
    parser.add_argument("--show", action="store_true", help="print the first answer's ids")
    return parser


def lines(file):
    """The objects of a file of JSON lines, which may be packed by gzip."""
    opener = gzip.open if str(file).endswith(".gz") else open
    with opener(file, "rt", encoding="utf-8") as text:
        return [json.loads(line) for line in text]


def made(path):
    """When a model was written, in whole seconds: its file, or the largest file of its folder."""
    path = pathlib.Path(path)
    files = [path] if path.is_file() else [file for file in path.iterdir() if file.is_file()]
    return int(max(files, key=lambda file: file.stat().st_size).stat().st_mtime)


def batches(rows, size):
    """For engines with static batches: rows that end alike, longest prompts first, `size` at a time."""
    by_stop = [[row for row in rows if row["ignore_stop"] == ignore] for ignore in (True, False)]
    for group in by_stop:
        group.sort(key=lambda row: (len(row["prompt_ids"]), row["max_tokens"]), reverse=True)
        for start in range(0, len(group), size):
            yield group[start : start + size]


def trimmed(ids, row, stops):
    """Generated ids up to the row's own end; the stop token counts as generated."""
    ids = ids[: row["max_tokens"]]
    if row["ignore_stop"]:
        return ids
    end = next((index for index, token in enumerate(ids) if token in stops), len(ids))
    return ids[: end + 1]


def peak_bytes():
    with open("/proc/self/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))


def report(engine, version, chosen, load, generate):
    """Times an engine and prints the result.

    `load` takes the rows and returns the engine; `generate` takes that and the rows, and returns
    generated ids by the row's id.
    """
    rows = lines(chosen.workload)[: chosen.rows]
    start = time.perf_counter()
    loaded = load(rows)
    ready = time.perf_counter()
    generated = generate(loaded, rows)
    end = time.perf_counter()
    if chosen.output:
        with open(chosen.output, "w", encoding="utf-8") as out:
            out.writelines(json.dumps({"id": k, "ids": ids}) + "\n" for k, ids in generated.items())
    result = dict(
        engine=engine,
        version=version,
        rows=len(rows),
        seconds=round(end - ready, 4),
        load_seconds=round(ready - start, 4),
        prompt_tokens=sum(len(row["prompt_ids"]) for row in rows),
        generated_tokens=sum(map(len, generated.values())),
        peak_bytes=peak_bytes(),
    )
    if chosen.show:
        result["first"] = generated[rows[0]["id"]]
    print(json.dumps(result))
