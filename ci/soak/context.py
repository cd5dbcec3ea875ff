"""Compares log-probabilities behind a long prompt with those of transformers in fp32.

Run by ci/soak.sh context: python context.py FOLDER IDS TOKENS SCORES
Also with the plain rotary frequencies, to see that the comparison would notice them.
"""

import sys

import torch
import transformers

MOST_APART = 5e-2


def log_probabilities(folder, ids, **changes):
    config = transformers.AutoConfig.from_pretrained(folder, **changes)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        folder, config=config, dtype=torch.float32, attn_implementation="sdpa")
    with torch.no_grad():
        logits = model(torch.tensor([ids]), logits_to_keep=1).logits[0, -1]
    return logits.double().log_softmax(-1)


def main():
    folder, ids, tokens, scores = sys.argv[1:]
    ids = [int(id) for id in open(ids).read().split()][:int(tokens)]
    found = torch.tensor([float(line) for line in open(scores)], dtype=torch.float64)
    expected = log_probabilities(folder, ids)
    plain = log_probabilities(
        folder, ids, rope_parameters=dict(rope_type="default", rope_theta=500000.0))
    apart = (found - expected).abs().max().item()
    print(f"behind {len(ids):,} tokens: most apart from transformers {apart:.1e} of "
          f"{expected.min():.1f} to {expected.max():.1f}; with plain frequencies it would be "
          f"{(plain - expected).abs().max().item():.1e}; best token "
          f"{'the same' if found.argmax() == expected.argmax() else 'another'}")
    if apart > MOST_APART:
        sys.exit(f"Failed: found {apart} apart, expected at most {MOST_APART}.")


if __name__ == "__main__":
    main()
