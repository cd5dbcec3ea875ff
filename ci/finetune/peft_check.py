"""Loads an adapter that `finetune` wrote into peft, and compares what both say of some labels.

Usage: peft_check.py BASE ADAPTER_DIR LINES.jsonl SCORES.jsonl

BASE is a GGUF file or a folder of transformers. LINES are those that `spark-llama score` read, with
messages and labels of one token; SCORES are its answers with the adapter, by an fp32 package.
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
        with torch.inference_mode():
            all_scores = model(input_ids=ids).logits[0, -1].log_softmax(-1)
        for label, found in answers[row["id"]]["log_probs"].items():
            token = tokenizer(label, add_special_tokens=False).input_ids
            worst = max(worst, abs(float(all_scores[token[0]]) - found))
    print(f"{len(answers)} prompts, largest difference of a log-probability {worst:.6f}")
    if worst > MOST_DIFFERENCE:
        raise SystemExit(f"Failed: expected at most {MOST_DIFFERENCE}.")


if __name__ == "__main__":
    main(*sys.argv[1:])
