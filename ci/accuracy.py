"""Compares the sentiment accuracy of a converted model with that of transformers in fp32.

Steps, each a subcommand: `lines` chooses rows, `reference` answers them through transformers,
`compare` prints accuracies and agreement. ci/accuracy.sh runs them in order.
"""

import argparse
import collections
import gzip
import json
import pathlib
import random

LABELS = ["positive", "negative", "neutral"]


def read_lines(path):
    opener = gzip.open if str(path).endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def write_lines(path, rows):
    part = pathlib.Path(f"{path}.part")
    with part.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    part.replace(path)


def choose(options):
    """Writes rows as lines for `score`, with the true label beside the request."""
    system = json.loads(pathlib.Path(options.prompts).read_text())["sentiment"]["system"]
    rows = [
        row
        for row in read_lines(options.data)
        if row["source"] == "goemotions" and row["split"] == "val"
    ]
    rows = random.Random(options.seed).sample(rows, min(options.rows, len(rows)))
    write_lines(
        options.output,
        (
            {
                "id": number,
                "messages": [
                    {"role": "system", "content": system},
                    {"role": "user", "content": row["text"]},
                ],
                "labels": LABELS,
                "truth": row["label"],
            }
            for number, row in enumerate(rows)
        ),
    )


class Prompt:
    """ChatML by control ids, so that no text can end its message."""

    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        self.start, self.end = tokenizer.convert_tokens_to_ids(["<|im_start|>", "<|im_end|>"])
        self.newline = self.text("\n")

    def text(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False)

    def ids(self, messages):
        ids = []
        for message in messages:
            body = self.text(f"{message['role']}\n{message['content']}")
            ids += [self.start, *body, self.end, *self.newline]
        return [*ids, self.start, *self.text("assistant\n")]


def check_goldens(prompt, path):
    for golden in read_lines(path):
        messages = [
            {"role": role, "content": golden[role]} for role in ("system", "user") if golden.get(role)
        ]
        found = prompt.ids(messages)
        if found != golden["prompt_ids"]:
            raise SystemExit(f"Cannot compare: prompt ids differ from those in {path}.")


def batches_of_equal_length(prompts, size):
    by_length = collections.defaultdict(list)
    for number, ids in prompts.items():
        by_length[len(ids)].append(number)
    for _, numbers in sorted(by_length.items()):
        for at in range(0, len(numbers), size):
            yield numbers[at : at + size]


def reference(options):
    """Answers the lines through transformers, in fp32, with the weights of the GGUF file."""
    import peft
    import torch
    import transformers

    torch.set_num_threads(options.threads)
    gguf = pathlib.Path(options.gguf)
    tokenizer = transformers.AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    prompt = Prompt(tokenizer)
    check_goldens(prompt, options.goldens)
    labels = [prompt.text(label) for label in LABELS]
    if any(len(ids) != 1 for ids in labels):
        raise SystemExit("Cannot compare: a label is not one token of this model.")
    model = transformers.AutoModelForCausalLM.from_pretrained(
        gguf.parent, gguf_file=gguf.name, dtype=torch.float32
    )
    model = peft.PeftModel.from_pretrained(model, options.adapter).float().merge_and_unload().eval()
    rows = {row["id"]: row for row in read_lines(options.input)}
    prompts = {number: prompt.ids(row["messages"]) for number, row in rows.items()}
    answers = {}
    for numbers in batches_of_equal_length(prompts, 32):
        ids = torch.tensor([prompts[number] for number in numbers])
        with torch.inference_mode():
            logits = model(ids, logits_to_keep=1).logits[:, -1]
        log_probs = logits.log_softmax(-1)[:, [ids[0] for ids in labels]].tolist()
        for number, values in zip(numbers, log_probs):
            answers[number] = dict(zip(LABELS, values))
        print(f"\r{len(answers)} of {len(rows)}", end="", flush=True)
    print()
    write_lines(
        options.output,
        (
            {"id": number, "log_probs": answers[number], "label": max(answers[number], key=answers[number].get)}
            for number in rows
        ),
    )


def compare(options):
    truth = {row["id"]: row["truth"] for row in read_lines(options.input)}
    theirs = {row["id"]: row["label"] for row in read_lines(options.reference)}
    ours = {row["id"]: row.get("label") for row in read_lines(options.ours)}
    if not truth.keys() == theirs.keys() == ours.keys():
        raise SystemExit("Cannot compare: the files have different rows. Run ci/accuracy.sh --fresh.")
    count = len(truth)

    def percent(hits):
        return 100 * sum(hits) / count

    fp32 = percent(theirs[row] == truth[row] for row in truth)
    converted = percent(ours[row] == truth[row] for row in truth)
    print(f"rows                   {count:,}")
    print(f"unanswered             {sum(label is None for label in ours.values())}")
    print(f"transformers fp32      {fp32:.2f} %")
    print(f"spark-llama {options.precision:<10} {converted:.2f} %")
    print(f"same label             {percent(ours[row] == theirs[row] for row in truth):.2f} %")
    print(f"difference             {converted - fp32:+.2f} points")
    if abs(converted - fp32) > options.most_points:
        raise SystemExit(f"Failed: the accuracies differ by more than {options.most_points} points.")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)

    def command(name, run, *required):
        added = commands.add_parser(name)
        added.set_defaults(run=run)
        for option in required:
            added.add_argument(f"--{option}", required=True)
        return added

    lines = command("lines", choose, "data", "prompts", "output")
    lines.add_argument("--rows", type=int, default=2000)
    lines.add_argument("--seed", type=int, default=1)
    answered = command("reference", reference, "gguf", "adapter", "goldens", "input", "output")
    answered.add_argument("--threads", type=int, default=2)
    compared = command("compare", compare, "input", "reference", "ours", "precision")
    compared.add_argument("--most-points", type=float, default=1.0)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
