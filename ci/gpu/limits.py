"""The rows a second that a GPU's arithmetic and memory allow at most, as a row of the table.

- Operations: a product of 8,192 x 8,192 random numbers in bf16 by PyTorch, the best of some.
- Bytes: a copy of 4 GiB within the GPU, read and written bytes, the best of some.
- A prompt takes 2 operations a weight of the layers and token, and those of attention.
- A step of all slots takes the longer of its operations and its bytes: all weights once, and for
  each row the 16-bit keys and values of its context, which is the prompt and half of the answer.

Example: python3 ci/gpu/limits.py --model FOLDER --slots 256 --prompt 512 --answer 64
"""

import argparse
import json
import pathlib

import torch

SIZE = 8192
COPY = 1 << 32
TURNS = 10


def fastest(run):
    """Least seconds of some runs."""
    best = float("inf")
    for _ in range(TURNS):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        run()
        end.record()
        end.synchronize()
        best = min(best, start.elapsed_time(end) / 1e3)
    return best


def operations():
    a, b = (torch.randn(SIZE, SIZE, dtype=torch.bfloat16, device="cuda") for _ in range(2))
    return 2 * SIZE**3 / fastest(lambda: a @ b)


def bandwidth():
    source = torch.ones(COPY, dtype=torch.uint8, device="cuda")
    target = torch.empty_like(source)
    return 2 * COPY / fastest(lambda: target.copy_(source))


class Shape:
    """Sizes of a Llama, from the config.json of its folder."""

    def __init__(self, folder):
        config = json.loads((pathlib.Path(folder) / "config.json").read_text())
        hidden, self.layers = config["hidden_size"], config["num_hidden_layers"]
        head = config["head_dim"]
        self.query = config["num_attention_heads"] * head
        key = config["num_key_value_heads"] * head
        products = hidden * (2 * self.query + 2 * key) + 3 * hidden * config["intermediate_size"]
        self.products = self.layers * products
        self.head = hidden * config["vocab_size"]
        self.token_bytes = 2 * 2 * self.layers * key

    def prompt_operations(self, tokens):
        """Causal attention looks at half of the positions, once for scores and once for values."""
        attention = 2 * self.layers * self.query * tokens**2
        return 2 * (self.products * tokens + self.head) + attention

    def step_seconds(self, rows, context, speed, memory):
        weights = self.products + self.head
        moved = 2 * weights + rows * context * self.token_bytes
        computed = 2 * rows * (weights + 2 * self.layers * self.query * context)
        return max(moved / memory, computed / speed)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=pathlib.Path, required=True)
    for name in ("--slots", "--prompt", "--answer"):
        parser.add_argument(name, type=int, required=True)
    chosen = parser.parse_args()
    shape, speed, memory = Shape(chosen.model), operations(), bandwidth()
    step = shape.step_seconds(chosen.slots, chosen.prompt + chosen.answer / 2, speed, memory)
    # The prompt's pass gives the first token of the answer.
    steps = (chosen.answer - 1) * step / chosen.slots
    rows = 1 / (shape.prompt_operations(chosen.prompt) / speed + steps)
    print(f"| limit {chosen.model.name} | {torch.cuda.get_device_name()} | {rows:.1f} rows/s at"
          f" {speed / 1e12:.0f} TFLOP/s in bf16 and {memory / 1e9:,.0f} GB/s, both measured with"
          f" PyTorch {torch.__version__} | - | told |")


if __name__ == "__main__":
    main()
