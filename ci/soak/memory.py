"""The memory that an engine states against the peak of a process that fills all slots.

Run by ci/soak.sh memory: python3 ci/soak/memory.py CLI.jar NAME=PACKAGE...
The Java heap is fixed and touched, so that the peak less the heap is what the engine states.
"""

import json
import random
import subprocess
import sys
import tempfile

HEAP_MIB = 128
MOST_OFF = 0.10
# Slots, tokens of a slot, most tokens in a pass.
SETTINGS = ((2, 256, 512), (16, 1024, 512), (4, 2048, 2048), (32, 512, 128))


def workload(rows, slots, capacity, chunk):
    """As many rows as slots. An answer gets a token in each pass that reads another's prompt, so it is
    longer than these passes are many, and of tokens that nobody guesses: no slot is free early."""
    random.seed(1)
    passes = slots * -(-capacity // chunk)
    new_tokens = passes + 16
    for row in range(slots):
        ids = [random.randrange(300, 4000) for _ in range(capacity - new_tokens)]
        line = dict(id=row, prompt_ids=ids, max_tokens=new_tokens, ignore_stop=True, temperature=1.5)
        print(json.dumps(line), file=rows)
    rows.flush()


def measure(cli, package, slots, capacity, chunk):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as rows:
        workload(rows, slots, capacity, chunk)
        heap = [f"-Xms{HEAP_MIB}m", f"-Xmx{HEAP_MIB}m", "-XX:+AlwaysPreTouch"]
        command = ["java", *heap, "-jar", cli, "bench", "--model", package, "--workload", rows.name,
                   "--slots", str(slots), "--capacity", str(capacity), "--prefill-chunk", str(chunk)]
        result = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return result["estimated_bytes"] / 2**20 + HEAP_MIB, result["peak_bytes"] / 2**20


def main():
    cli, packages = sys.argv[1], [pair.split("=") for pair in sys.argv[2:]]
    print("| package | slots x capacity, pass | stated, with the heap (MiB) | peak (MiB) | stated / peak |")
    print("|---|---|---:|---:|---:|")
    worst = 0
    for name, package in packages:
        for slots, capacity, chunk in SETTINGS:
            stated, peak = measure(cli, package, slots, capacity, chunk)
            worst = max(worst, abs(stated / peak - 1))
            print(f"| {name} | {slots} x {capacity:,}, {min(chunk, capacity)} | {stated:,.0f} | "
                  f"{peak:,.0f} | {stated / peak:.2f} |", flush=True)
    if worst > MOST_OFF:
        sys.exit(f"Failed: found a statement that is {worst:.0%} off, expected at most {MOST_OFF:.0%}.")


if __name__ == "__main__":
    main()
