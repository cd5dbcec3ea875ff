"""Gradients and losses that peft computes, for the tests of fine-tuning.

Usage: golden.py MODEL_DIR OUTPUT_DIR, with torch 2.15.0, transformers 5.24.0, peft 0.21.2,
safetensors 0.8.0. MODEL_DIR is spark-llama/src/test/resources/tiny-llama3/hf, OUTPUT_DIR is
spark-llama/src/test/resources/finetune. Prompts are those of golden-fp32.jsonl beside it.
"""

import json
import pathlib
import sys

import peft
import torch
import transformers
from safetensors.torch import save_file

RANK, ALPHA, STEPS, RATE = 2, 6, 4, 3e-3
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def rows(folder):
    """Prompts of one beginning with answers of one to five tokens; one has more than 500 tokens."""
    found = []
    lines = (folder.parent / "golden-fp32.jsonl").read_text().splitlines()
    for line in map(json.loads, lines):
        found.append((line["prompt_ids"], line["greedy_ids"][: 1 + len(found) % 5]))
    found = sorted(found, key=lambda row: len(row[0]))[:: max(1, len(found) // 7)][:6]
    prompt = found[0][0]
    found.append((prompt[:-5] + prompt[10:-5] * (560 // (len(prompt) - 15)) + prompt[-5:], [597, 4094]))
    beginning = prompt[:12]
    return [(beginning + prompt[2:], answer) for prompt, answer in found]


def loss_of(model, batch):
    total, count = 0.0, 0
    for prompt, answer in batch:
        ids = torch.tensor([prompt + answer])
        logits = model(input_ids=ids).logits[0, len(prompt) - 1 : -1]
        total = total + torch.nn.functional.cross_entropy(
            logits, torch.tensor(answer), reduction="sum"
        )
        count += len(answer)
    return total / count


def plain(named):
    return {
        name.replace(".default", ""): tensor.detach().clone().contiguous() for name, tensor in named
    }


def main(model_dir, output_dir):
    torch.manual_seed(7)
    model_dir, output_dir = pathlib.Path(model_dir), pathlib.Path(output_dir)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        model_dir, dtype=torch.float32, attn_implementation="eager"
    )
    model = peft.get_peft_model(
        model,
        peft.LoraConfig(
            r=RANK, lora_alpha=ALPHA, target_modules=TARGETS, lora_dropout=0.0, task_type="CAUSAL_LM"
        ),
    )
    trained = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    with torch.no_grad():
        for name, parameter in trained:
            if "lora_B" in name:
                parameter.normal_(std=0.05)
    batch = rows(model_dir)
    output_dir.mkdir(parents=True, exist_ok=True)
    save_file(plain(trained), output_dir / "weights.safetensors")
    optimizer = torch.optim.AdamW([p for _, p in trained], lr=RATE, weight_decay=0.0)
    losses, norms = [], []
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = loss_of(model, batch)
        loss.backward()
        if step == 0:
            save_file(plain((n, p.grad) for n, p in trained), output_dir / "gradients.safetensors")
        norms.append(float(torch.nn.utils.clip_grad_norm_([p for _, p in trained], 1.0)))
        optimizer.step()
        losses.append(loss.item())
    golden = {
        "versions": {
            "torch": torch.__version__,
            "transformers": transformers.__version__,
            "peft": peft.__version__,
        },
        "rank": RANK,
        "alpha": ALPHA,
        "learning_rate": RATE,
        "losses": losses,
        "norms": norms,
        "rows": [{"prompt": prompt, "answer": answer} for prompt, answer in batch],
    }
    (output_dir / "golden.json").write_text(json.dumps(golden) + "\n")
    print(json.dumps(golden["versions"]), losses, norms, [len(p) for p, _ in batch])


if __name__ == "__main__":
    main(*sys.argv[1:])
