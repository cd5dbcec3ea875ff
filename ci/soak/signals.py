"""Ends `generate` by a signal while it reads long prompts, and says how it ended and how soon.

Run by ci/soak.sh cancel: python3 ci/soak/signals.py CLI.jar MODEL ROUNDS
"""

import json
import random
import signal
import subprocess
import sys
import tempfile
import time


def run(cli, model, rows, name):
    """The exit code, and seconds from the signal to the end."""
    command = ["java", "-Xmx1g", "-jar", cli, "generate", "--model", model, "--input", rows,
               "--slots", "1", "--capacity", "2048", "--prefill-chunk", "2048"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    time.sleep(random.uniform(1, 8))  # while it loads the model, or in one of the passes
    start = time.time()
    process.send_signal(getattr(signal, name))
    return process.wait(), time.time() - start


def main():
    cli, model, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    random.seed(1)
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as rows:
        for row in range(50):
            ids = [random.randrange(300, 3000) for _ in range(2000)]
            print(json.dumps(dict(id=row, prompt_ids=ids, max_tokens=1)), file=rows)
        rows.flush()
        for name, code in (("SIGTERM", 143), ("SIGINT", 130)):
            ends = [run(cli, model, rows.name, name) for _ in range(rounds)]
            print(f"{name} to the end: at most {max(end for _, end in ends):.2f} s")
            wrong = [rc for rc, _ in ends if rc != code]
            if wrong:
                sys.exit(f"Failed: exit codes {wrong} after {name}, expected {code}.")


if __name__ == "__main__":
    main()
