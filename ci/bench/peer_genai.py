"""Times onnxruntime-genai on a workload file: static batches of rows of similar length, greedy.

    python ci/bench/peer_genai.py --model genai-int4 --workload rows.jsonl --batch 16

prints one JSON object. A workload line is {"id", "prompt_ids", "max_tokens", "ignore_stop"}.
Prompts are padded on the right, where the graph's mask leaves the padding out; a batch runs until
the last of its rows has ended.
"""

import json
import pathlib

import measured
import numpy
import onnxruntime_genai as genai


def settings(folder):
    return json.loads((pathlib.Path(folder) / "genai_config.json").read_text())["model"]


def stops(model):
    """Ids that end an answer, from its genai_config.json."""
    ids = model["eos_token_id"]
    return ids if isinstance(ids, list) else [ids]


def filler(rows, model):
    """An id that no prompt holds: the engine masks every token that equals it."""
    taken = {token for row in rows for token in row["prompt_ids"]} | set(stops(model))
    return next(token for token in range(model["vocab_size"]) if token not in taken)


def load(chosen, rows):
    """The model and the ids that stop an answer."""
    model = settings(chosen.model)
    config = genai.Config(chosen.model)
    threads = {"intra_op_num_threads": chosen.threads}
    overlay = {"pad_token_id": filler(rows, model), "decoder": {"session_options": threads}}
    config.overlay(json.dumps({"model": overlay}))
    return genai.Model(config), overlay["pad_token_id"], stops(model)


def padded(prompts, filler):
    width = max(map(len, prompts))
    return numpy.array([prompt + [filler] * (width - len(prompt)) for prompt in prompts], numpy.int32)


def generate(model, filler, ends, batch):
    ids = padded([row["prompt_ids"] for row in batch], filler)
    most = max(row["max_tokens"] for row in batch)
    length = ids.shape[1] + most
    parameters = genai.GeneratorParams(model)
    parameters.set_search_options(
        batch_size=len(batch),
        max_length=length,
        min_length=length if batch[0]["ignore_stop"] else 0,
        do_sample=False,
    )
    generator = genai.Generator(model, parameters)
    generator.append_tokens(ids)
    steps = []
    while not generator.is_done():
        generator.generate_next_token()
        steps.append(generator.get_next_tokens())
    answers = numpy.stack(steps, axis=1).tolist()
    return {row["id"]: measured.trimmed(ids, row, ends) for row, ids in zip(batch, answers)}


def generate_all(loaded, rows, size):
    outputs = {}
    for batch in measured.batches(rows, size):
        outputs.update(generate(*loaded, batch))
    return outputs


def main():
    chosen = measured.options("onnxruntime-genai", "folder with genai_config.json").parse_args()
    measured.report(
        "onnxruntime-genai",
        genai.__version__,
        chosen,
        lambda rows: load(chosen, rows),
        lambda loaded, rows: generate_all(loaded, rows, chosen.batch),
    )


if __name__ == "__main__":
    main()
