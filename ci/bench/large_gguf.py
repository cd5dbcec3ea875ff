"""Writes the folder of ci/large_model.py as a BF16 GGUF file, one tensor after the other.

Example: python ci/bench/large_gguf.py --folder ci/work/bench/large/bf16 \\
             --vocabulary ci/work/quality/F32.gguf --output BF16.gguf

The weights are random, so rows of Q and K stay in the order they have. Tokens come from another
GGUF file; what is missing up to the size of the vocabulary gets made-up names.
"""

import argparse
import json
import pathlib
import sys

import gguf
import numpy

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))

import quality  # noqa: E402

GGUF_NAMES = {name: kind for kind, name in quality.LAYER_NAMES.items()}
OTHER_NAMES = {name: kind for kind, name in quality.OTHER_NAMES.items()}


def gguf_name(name):
    if name in OTHER_NAMES:
        return OTHER_NAMES[name]
    _, _, layer, kind = name.removesuffix(".weight").split(".", 3)
    return f"blk.{layer}.{GGUF_NAMES[kind]}.weight"


class Shard:
    """A safetensors file of BF16 values, of which one tensor is read at a time."""

    def __init__(self, path):
        self.bytes = numpy.memmap(path, numpy.uint8, "r")
        size = int(self.bytes[:8].view("<u8")[0])
        self.header = json.loads(bytes(self.bytes[8 : 8 + size]))
        self.header.pop("__metadata__", None)
        self.start = 8 + size

    def tensors(self):
        for name, entry in self.header.items():
            first, end = entry["data_offsets"]
            values = self.bytes[self.start + first : self.start + end].view(numpy.uint16)
            yield name, values.reshape(entry["shape"])


def write_numbers(writer, config):
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_vocab_size(config["vocab_size"])
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_BF16)


def write_vocabulary(writer, source, size):
    fields = quality.metadata(source)
    tokens = fields[gguf.Keys.Tokenizer.LIST]
    types = fields[gguf.Keys.Tokenizer.TOKEN_TYPE]
    made_up = range(len(tokens), size)
    writer.add_tokenizer_model(fields[gguf.Keys.Tokenizer.MODEL])
    writer.add_tokenizer_pre(fields[gguf.Keys.Tokenizer.PRE])
    writer.add_token_list(tokens + [f"<made_up_{number}>" for number in made_up])
    writer.add_token_types(types + [gguf.TokenType.UNUSED] * len(made_up))
    writer.add_token_merges(fields[gguf.Keys.Tokenizer.MERGES])
    writer.add_bos_token_id(fields[gguf.Keys.Tokenizer.BOS_ID])
    writer.add_eos_token_id(fields[gguf.Keys.Tokenizer.EOS_ID])


def half(values):
    """Rows of weights as BF16; norms, which have one dimension, as llama.cpp wants them: in F32."""
    if values.ndim > 1:
        return values, gguf.GGMLQuantizationType.BF16
    widened = values.astype(numpy.uint32) << 16
    return widened.view(numpy.float32), gguf.GGMLQuantizationType.F32


def write(folder, vocabulary, output):
    config = json.loads((folder / "config.json").read_text())
    writer = gguf.GGUFWriter(output, "llama")
    write_numbers(writer, config)
    write_vocabulary(writer, vocabulary, config["vocab_size"])
    shards = [Shard(path) for path in sorted(folder.glob("*.safetensors"))]
    for shard in shards:
        for name, values in shard.tensors():
            data, kind = half(values)
            writer.add_tensor(gguf_name(name), data.view(numpy.uint8), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--vocabulary", required=True, help="GGUF file")
    parser.add_argument("--output", required=True)
    options = parser.parse_args()
    write(options.folder, options.vocabulary, options.output)


if __name__ == "__main__":
    main()
