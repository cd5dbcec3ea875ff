"""Makes a row of the table of what ci/bench/peer_transformers.py printed.

Example: python3 ci/bench/peer_transformers.py ... | python3 ci/gpu/peer_row.py --name "torch 1b" --device "..."
"""

import argparse
import json
import sys


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--name", required=True)
    parser.add_argument("--device", required=True)
    options = parser.parse_args()
    result = json.loads(sys.stdin.read().strip().splitlines()[-1])
    print(f"| {options.name} | {options.device} | {result['rows'] / result['seconds']:.1f} rows/s:"
          f" transformers {result['version']}, {result['rows']:,} rows, {result['prompt_tokens']:,}"
          f" tokens in, {result['generated_tokens']:,} out, in {result['seconds']:.1f} s | - | told |")


if __name__ == "__main__":
    main()
