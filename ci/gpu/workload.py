"""Writes rows of random ordinary tokens, for speed alone; lines as those of ci/bench/workloads.py.

Example: python3 ci/gpu/workload.py --rows 1024 --prompt 512 --answer 64 >rows.jsonl
"""

import argparse
import json
import random

FIRST_TOKEN, END_OF_TOKENS = 300, 4000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--prompt", type=int, required=True, help="tokens of each prompt")
    parser.add_argument("--answer", type=int, required=True, help="tokens of each answer")
    options = parser.parse_args()
    rng = random.Random(1)
    for row in range(options.rows):
        prompt = [rng.randrange(FIRST_TOKEN, END_OF_TOKENS) for _ in range(options.prompt)]
        print(json.dumps(dict(id=row, prompt_ids=prompt, max_tokens=options.answer,
                              ignore_stop=True)))


if __name__ == "__main__":
    main()
