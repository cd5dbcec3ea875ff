"""Makes a folder with random weights in the shape of a larger Llama, to try conversions on, or of a
small one with as long a context.

Example: python3 ci/large_model.py ci/work/llama-1b --tokenizer FOLDER
FOLDER is any Llama 3 folder of transformers; its tokenizer files are copied.
The shapes 1b and 8b are those of Llama-3.2-1B and Llama-3.1-8B, of 2.5 and 16 GB.
"""

import argparse
import concurrent.futures
import json
import pathlib
import random
import shutil
import struct

SHAPES = {
    "1b": dict(layers=16, hidden=2048, heads=32, kv_heads=8, head=64, inner=8192, vocabulary=128256,
               tied=True, factor=32.0, deviation=0.02, shards=2),
    "8b": dict(layers=32, hidden=4096, heads=32, kv_heads=8, head=128, inner=14336,
               vocabulary=128256, tied=False, factor=8.0, deviation=0.02, shards=16),
    "small": dict(layers=2, hidden=256, heads=4, kv_heads=2, head=64, inner=512, vocabulary=4096,
                  tied=True, factor=32.0, deviation=0.1, shards=2),
}


def tensors(s):
    query, key = s["heads"] * s["head"], s["kv_heads"] * s["head"]
    yield "model.embed_tokens.weight", (s["vocabulary"], s["hidden"])
    yield "model.norm.weight", (s["hidden"],)
    if not s["tied"]:
        yield "lm_head.weight", (s["vocabulary"], s["hidden"])
    for layer in range(s["layers"]):
        name = f"model.layers.{layer}."
        yield name + "input_layernorm.weight", (s["hidden"],)
        yield name + "post_attention_layernorm.weight", (s["hidden"],)
        yield name + "self_attn.q_proj.weight", (query, s["hidden"])
        yield name + "self_attn.k_proj.weight", (key, s["hidden"])
        yield name + "self_attn.v_proj.weight", (key, s["hidden"])
        yield name + "self_attn.o_proj.weight", (s["hidden"], query)
        yield name + "mlp.gate_proj.weight", (s["inner"], s["hidden"])
        yield name + "mlp.up_proj.weight", (s["inner"], s["hidden"])
        yield name + "mlp.down_proj.weight", (s["hidden"], s["inner"])


def size(shape):
    count = 1
    for n in shape:
        count *= n
    return 2 * count


def bfloat(value):
    return struct.pack(">f", value)[:2][::-1]


def write_values(out, shape, deviation, rng):
    """bfloat16 values: ones for norms, else some of a normal distribution, again and again."""
    if len(shape) == 1:
        out.write(bfloat(1.0) * shape[0])
        return
    drawn = b"".join(bfloat(rng.gauss(0, deviation)) for _ in range(4093 * 16))
    whole, rest = divmod(size(shape), len(drawn))
    for _ in range(whole):
        out.write(drawn)
    out.write(drawn[:rest])


def write(path, part, deviation, seed):
    header, at = {"__metadata__": {"format": "pt"}}, 0
    for name, shape in part:
        header[name] = dict(dtype="BF16", shape=shape, data_offsets=[at, at + size(shape)])
        at += size(shape)
    text = json.dumps(header).encode()
    rng = random.Random(seed)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for _, shape in part:
            write_values(out, shape, deviation, rng)


def config(s):
    return dict(
        architectures=["LlamaForCausalLM"], model_type="llama", hidden_act="silu",
        num_hidden_layers=s["layers"], hidden_size=s["hidden"], num_attention_heads=s["heads"],
        num_key_value_heads=s["kv_heads"], head_dim=s["head"], intermediate_size=s["inner"],
        vocab_size=s["vocabulary"], max_position_embeddings=131072, rms_norm_eps=1e-5,
        rope_theta=500000.0, tie_word_embeddings=s["tied"], bos_token_id=4085, eos_token_id=[4086, 4094],
        rope_scaling=dict(rope_type="llama3", factor=s["factor"], low_freq_factor=1.0,
                          high_freq_factor=4.0, original_max_position_embeddings=8192))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--tokenizer", type=pathlib.Path, required=True)
    parser.add_argument("--shape", choices=SHAPES, default="1b")
    arguments = parser.parse_args()
    shape = SHAPES[arguments.shape]
    arguments.folder.mkdir(parents=True)
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        if (arguments.tokenizer / name).exists():
            shutil.copyfile(arguments.tokenizer / name, arguments.folder / name)
    (arguments.folder / "config.json").write_text(json.dumps(config(shape), indent=1))
    everything = list(tensors(shape))
    index = {}
    with concurrent.futures.ProcessPoolExecutor() as workers:
        written = []
        for shard in range(shape["shards"]):
            part = everything[shard::shape["shards"]]
            file = f"model-{shard + 1:05}-of-{shape['shards']:05}.safetensors"
            written.append(workers.submit(write, arguments.folder / file, part,
                                          shape["deviation"], shard + 1))
            index.update({name: file for name, _ in part})
        for one in written:
            one.result()
    total = sum(size(shape) for _, shape in everything)
    (arguments.folder / "model.safetensors.index.json").write_text(
        json.dumps(dict(metadata=dict(total_size=total), weight_map=index)))


if __name__ == "__main__":
    main()
