"""Loads an adapter that `finetune` wrote into peft, and compares what both say of some labels.

Usage: peft_check.py BASE ADAPTER_DIR LINES.jsonl SCORES.jsonl

BASE is a GGUF file or a folder of transformers. LINES are those that `spark-llama score` read, with
messages and labels; SCORES are its answers with the adapter, by an fp32 package.
"""

import json
import pathlib
import sys

import peft
import torch
import transformers

MOST_DIFFERENCE = 2e-3


def load(base):
    base = pathlib.Path(base)
    where = {"gguf_file": base.name} if base.is_file() else {}
    folder = base.parent if base.is_file() else base
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **where)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, **where)
    return tokenizer, model


def log_probability(model, tokenizer, prompt, label):
    tokens = tokenizer(label, add_special_tokens=False, return_tensors="pt").input_ids
    with torch.inference_mode():
        logits = model(input_ids=torch.cat([prompt, tokens], dim=1)).logits[0]
    scores = logits[prompt.shape[1] - 1 : -1].log_softmax(-1)
    return float(scores.gather(1, tokens[0].unsqueeze(1)).sum())


def main(base, adapter, lines, scores):
    tokenizer, model = load(base)
    model = peft.PeftModel.from_pretrained(model, adapter).float().eval()
    untouched = [n for n, p in model.named_parameters() if "lora_B" in n and not p.any()]
    if untouched:
        raise SystemExit(f"Failed: peft found no weights for {len(untouched)} matrices.")
    answers = {}
    for line in pathlib.Path(scores).read_text().splitlines():
        answer = json.loads(line)
        answers[answer["id"]] = answer
    worst = 0.0
    for line in pathlib.Path(lines).read_text().splitlines():
        row = json.loads(line)
        text = tokenizer.apply_chat_template(
            row["messages"], tokenize=False, add_generation_prompt=True
        )
        ids = tokenizer(text, add_special_tokens=False, return_tensors="pt").input_ids
        for label, found in answers[row["id"]]["log_probs"].items():
            worst = max(worst, abs(log_probability(model, tokenizer, ids, label) - found))
    print(f"{len(answers)} prompts, largest difference of a log-probability {worst:.6f}")
    if worst > MOST_DIFFERENCE:
        raise SystemExit(f"Failed: expected at most {MOST_DIFFERENCE}.")


if __name__ == "__main__":
    main(*sys.argv[1:])
