"""Times transformers on a workload file: bf16, static batches of rows of similar length, greedy.

    python ci/quality.py folder --gguf F32.gguf --tokenizer tokenizer.json --output transformers
    python ci/bench/peer_transformers.py --model transformers --workload rows.jsonl --batch 16

prints one JSON object. A workload line is {"id", "prompt_ids", "max_tokens", "ignore_stop"}.
Prompts are padded on the left; a batch runs until the last of its rows has ended.
"""

import measured
import torch
import transformers


def padded(prompts, filler):
    """Token ids and attention mask of prompts padded on the left."""
    width = max(map(len, prompts))
    ids = [[filler] * (width - len(prompt)) + prompt for prompt in prompts]
    mask = [[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in prompts]
    return torch.tensor(ids), torch.tensor(mask)


def generate(model, batch, stops):
    ids, mask = padded([row["prompt_ids"] for row in batch], stops[0])
    output = model.generate(
        input_ids=ids.to(model.device),
        attention_mask=mask.to(model.device),
        do_sample=False,
        max_new_tokens=max(row["max_tokens"] for row in batch),
        eos_token_id=None if batch[0]["ignore_stop"] else stops,
        pad_token_id=stops[0],
    )
    generated = output[:, ids.shape[1] :].tolist()
    return {row["id"]: measured.trimmed(own, row, stops) for row, own in zip(batch, generated)}


def load(options):
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(options.threads)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        options.model, dtype=getattr(torch, options.type), local_files_only=True
    ).eval()
    model.to(options.device)
    stops = options.stop or model.generation_config.eos_token_id
    if stops is None:
        raise SystemExit(f"{options.model} names no stop token: give --stop ID")
    model.generation_config.eos_token_id = None
    return model, stops if isinstance(stops, list) else [stops]


def warmed(loaded, rows, size):
    """On a GPU the first batch loads its code, as it does not on a CPU."""
    if loaded[0].device.type != "cpu":
        generate_all(loaded, rows[:size], size)
    return loaded


def generate_all(loaded, rows, size):
    model, stops = loaded
    outputs = {}
    with torch.inference_mode():
        for batch in measured.batches(rows, size):
            outputs.update(generate(model, batch, stops))
    return outputs


def main():
    parser = measured.options("transformers", "transformers folder")
    parser.add_argument("--type", choices=["bfloat16", "float32"], default="bfloat16")
    parser.add_argument("--device", default="cpu", help="cpu or cuda; default: cpu")
    parser.add_argument("--stop", type=int, action="append", help="id of a stop token")
    chosen = parser.parse_args()
    measured.report(
        "transformers",
        transformers.__version__,
        chosen,
        lambda rows: warmed(load(chosen), rows, chosen.batch),
        lambda loaded, rows: generate_all(loaded, rows, chosen.batch),
    )


if __name__ == "__main__":
    main()
