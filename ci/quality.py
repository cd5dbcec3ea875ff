"""Measures how far model packages deviate from fp32 values; ci/quality.sh runs the steps in order.

Steps, each a subcommand: `f32` writes a GGUF file's values as an F32 GGUF file, `quantize` makes a
llama.cpp peer of that, `folder` writes the values as a transformers folder, `measure` prints a
Markdown table of packages beside the reference.
"""

import argparse
import json
import pathlib
import random
import sys
import tempfile

from bench import measured

WINDOW = 256
PARAMETERS = 134_515_008
NAMED = "NAME=PATH"


# Values of a GGUF file


def values(path):
    """Pairs of a tensor's name and its values in fp32."""
    import gguf

    for tensor in gguf.GGUFReader(path).tensors:
        shape = [int(size) for size in reversed(tensor.shape)]
        yield tensor.name, gguf.dequantize(tensor.data, tensor.tensor_type).reshape(shape)


def metadata(path):
    import gguf

    return {name: field.contents() for name, field in gguf.GGUFReader(path).fields.items()}


def copy_metadata(source, writer):
    import gguf

    own = {gguf.Keys.General.ARCHITECTURE, gguf.Keys.General.FILE_TYPE}
    for field in gguf.GGUFReader(source).fields.values():
        if field.name in own or field.name.startswith("GGUF."):
            continue
        items = field.types[-1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(field.name, field.contents(), field.types[0], items)


def write_f32(options):
    import gguf

    part = f"{options.output}.part"
    architecture = metadata(options.gguf)[gguf.Keys.General.ARCHITECTURE]
    writer = gguf.GGUFWriter(part, architecture)
    copy_metadata(options.gguf, writer)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    for name, tensor in values(options.gguf):
        writer.add_tensor(name, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    pathlib.Path(part).replace(options.output)


def write_quantized(options):
    import llama_cpp

    part = pathlib.Path(f"{options.output}.part")
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype = getattr(llama_cpp, f"LLAMA_FTYPE_MOSTLY_{options.type}")
    code = llama_cpp.llama_model_quantize(
        options.gguf.encode(), str(part).encode(), parameters
    )
    if code != 0:
        sys.exit(f"Cannot quantize {options.gguf} to {options.type}: llama.cpp answered {code}.")
    part.replace(options.output)


# A transformers folder


def transformers_config(fields):
    heads = fields["llama.attention.head_count"]
    hidden = fields["llama.embedding_length"]
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "num_hidden_layers": fields["llama.block_count"],
        "hidden_size": hidden,
        "intermediate_size": fields["llama.feed_forward_length"],
        "num_attention_heads": heads,
        "num_key_value_heads": fields["llama.attention.head_count_kv"],
        "head_dim": hidden // heads,
        "vocab_size": fields["llama.vocab_size"],
        "max_position_embeddings": fields["llama.context_length"],
        "rms_norm_eps": round(fields["llama.attention.layer_norm_rms_epsilon"], 12),
        "rope_theta": fields["llama.rope.freq_base"],
        "hidden_act": "silu",
        "attention_bias": False,
        "mlp_bias": False,
        "tie_word_embeddings": True,
        "bos_token_id": fields["tokenizer.ggml.bos_token_id"],
        "eos_token_id": fields["tokenizer.ggml.eos_token_id"],
        "torch_dtype": "float32",
    }


LAYER_NAMES = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
OTHER_NAMES = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
}


def transformers_name(name):
    if name in OTHER_NAMES:
        return OTHER_NAMES[name]
    _, layer, kind, suffix = name.split(".")
    return f"model.layers.{layer}.{LAYER_NAMES[kind]}.{suffix}"


def half_by_half(tensor, heads):
    """Rows of Q or K as transformers orders them; GGUF has the rotated pairs side by side."""
    rows, columns = tensor.shape
    pairs = tensor.reshape(heads, rows // heads // 2, 2, columns)
    return pairs.swapaxes(1, 2).reshape(rows, columns)


def transformers_tensors(path, config):
    heads = {"attn_q": config["num_attention_heads"], "attn_k": config["num_key_value_heads"]}
    for name, tensor in values(path):
        kind = name.split(".")[-2]
        ordered = half_by_half(tensor, heads[kind]) if kind in heads else tensor
        yield transformers_name(name), ordered


def write_folder(options):
    import numpy
    import safetensors.numpy

    folder = pathlib.Path(options.output)
    folder.mkdir(parents=True, exist_ok=True)
    config = transformers_config(metadata(options.gguf))
    (folder / "config.json").write_text(json.dumps(config, indent=2))
    tokenizer = pathlib.Path(options.tokenizer).read_bytes()
    (folder / "tokenizer.json").write_bytes(tokenizer)
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "PreTrainedTokenizerFast"})
    )
    tensors = transformers_tensors(options.gguf, config)
    safetensors.numpy.save_file(
        {name: numpy.ascontiguousarray(tensor) for name, tensor in tensors},
        folder / "model.safetensors",
        metadata={"format": "pt"},
    )


# Text


def row_text(row):
    if "tgt" in row:
        return f"{row['src']}\n{row['tgt']}\n\n"
    if "summary" in row:
        return f"{row['text']}\n{row['summary']}\n\n"
    return f"{row['text']}\n\n"


def held_out(paths):
    """Texts by source, shuffled alike at every run."""
    sources = {}
    for path in paths:
        for row in measured.lines(path):
            if row["split"] == "val":
                sources.setdefault(row["source"], []).append(row_text(row))
    for name, texts in sources.items():
        random.Random(name).shuffle(texts)
    return sources


def windows(texts, tokenizer_path, tokens):
    """Windows of ids in which every source has about as many tokens as each other."""
    import numpy
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_file(str(tokenizer_path))
    sources = {name: iter(rows) for name, rows in texts.items()}
    taken = dict.fromkeys(sources, 0)
    ids = []
    while len(ids) < tokens and taken:
        source = min(taken, key=taken.get)
        text = next(sources[source], None)
        if text is None:
            del taken[source]
            continue
        more = tokenizer.encode(text, add_special_tokens=False).ids
        taken[source] += len(more)
        ids += more
    if len(ids) < tokens:
        sys.exit(f"Cannot take {tokens} tokens: split val of the texts has only {len(ids)}.")
    return numpy.array(ids[: tokens // WINDOW * WINDOW], numpy.int64).reshape(-1, WINDOW)


# Models: each gives the logits of all positions of a window


class Onnx:
    """A graph of onnxruntime-genai's builder, or one of ours that asks for `logits_indices`."""

    def __init__(self, folder):
        import onnxruntime

        self.folder = pathlib.Path(folder)
        self.kv_heads, self.head_size = self.shape()
        self.session = onnxruntime.InferenceSession(
            self.folder / "model.onnx", providers=["CPUExecutionProvider"]
        )

    def shape(self):
        genai = self.folder / "genai_config.json"
        if genai.exists():
            decoder = json.loads(genai.read_text())["model"]["decoder"]
            return decoder["num_key_value_heads"], decoder["head_size"]
        config = json.loads((self.folder / "config.json").read_text())
        return config["num_key_value_heads"], config["head_dim"]

    def size(self):
        return sum(path.stat().st_size for path in self.folder.glob("model.onnx*"))

    def feeds(self, ids):
        import numpy

        past = numpy.zeros((1, self.kv_heads, 0, self.head_size), numpy.float32)
        whole = {
            "input_ids": ids[None],
            "attention_mask": numpy.ones((1, len(ids)), numpy.int64),
            "logits_indices": numpy.arange(len(ids)),
        }
        names = [given.name for given in self.session.get_inputs()]
        return {name: past if name.startswith("past_key_values.") else whole[name] for name in names}

    def logits(self, ids):
        (logits,) = self.session.run(["logits"], self.feeds(ids))
        return logits.reshape(len(ids), -1)


class Gguf:
    def __init__(self, path):
        import llama_cpp

        self.path = pathlib.Path(path)
        self.model = llama_cpp.Llama(
            str(path), n_ctx=WINDOW, n_batch=WINDOW, n_ubatch=WINDOW, logits_all=True, verbose=False
        )

    def size(self):
        return self.path.stat().st_size

    def logits(self, ids):
        self.model.reset()
        self.model.eval(ids.tolist())
        return self.model.scores[: len(ids)]


# Figures


def log_probabilities(logits):
    import numpy

    shifted = logits.astype(numpy.float64)
    shifted -= shifted.max(axis=1, keepdims=True)
    return shifted - numpy.log(numpy.exp(shifted).sum(axis=1, keepdims=True))


def surprise(logs, ids):
    """Negative log probabilities of the tokens that follow."""
    return -logs[range(len(ids) - 1), ids[1:]]


class OpenVino:
    """A GGUF file as OpenVINO GenAI runs it, with the CPU plugin's defaults."""

    def __init__(self, path):
        import openvino

        self.path = pathlib.Path(path)
        with tempfile.TemporaryDirectory() as folder:
            model = openvino.Core().read_model(self.saved(pathlib.Path(folder)))
            self.request = openvino.compile_model(model, "CPU").create_infer_request()

    def saved(self, folder):
        """OpenVINO GenAI's own reading of the file, which it saves beside the file."""
        import openvino_genai

        link = folder / self.path.name
        link.symlink_to(self.path.resolve())
        settings = {"enable_save_ov_model": True}
        openvino_genai.ContinuousBatchingPipeline(
            str(link), openvino_genai.SchedulerConfig(), "CPU", settings
        )
        return folder / "openvino_model.xml"

    def size(self):
        return self.path.stat().st_size

    def logits(self, ids):
        import numpy

        self.request.reset_state()
        feeds = {
            "input_ids": ids[None],
            "attention_mask": numpy.ones((1, len(ids)), numpy.int64),
            "position_ids": numpy.arange(len(ids))[None],
            "beam_idx": numpy.zeros(1, numpy.int32),
        }
        return self.request.infer(feeds)["logits"].reshape(len(ids), -1)


class Transformers:
    """A transformers folder in bfloat16."""

    def __init__(self, folder):
        import torch
        import transformers

        transformers.utils.logging.disable_progress_bar()
        self.model = transformers.AutoModelForCausalLM.from_pretrained(
            folder, dtype=torch.bfloat16, local_files_only=True
        ).eval()

    def size(self):
        return 2 * sum(weight.numel() for weight in self.model.parameters())

    def logits(self, ids):
        import torch

        with torch.inference_mode():
            return self.model(torch.from_numpy(ids[None])).logits[0].float().numpy()


class Figures:
    def __init__(self):
        self.divergences, self.agreements, self.surprises = [], [], []

    def add(self, reference, logs, ids):
        import numpy

        divergences = (numpy.exp(reference) * (reference - logs)).sum(axis=1)
        self.divergences.append(divergences)
        self.agreements.append(reference.argmax(axis=1) == logs.argmax(axis=1))
        self.surprises.append(surprise(logs, ids))

    def row(self):
        import numpy

        divergences = numpy.concatenate(self.divergences)
        return {
            "kl": divergences.mean(),
            "kl99": numpy.percentile(divergences, 99),
            "agreement": numpy.concatenate(self.agreements).mean(),
            "perplexity": numpy.exp(numpy.concatenate(self.surprises).mean()),
        }


def measure_windows(reference, models, all_ids):
    figures = {name: Figures() for name in models}
    for number, ids in enumerate(all_ids, 1):
        expected = log_probabilities(reference.logits(ids))
        for name, model in models.items():
            logs = expected if model is reference else log_probabilities(model.logits(ids))
            figures[name].add(expected, logs, ids)
        print(f"\rwindow {number} of {len(all_ids)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return figures


def table(models, figures):
    lines = [
        "| package | bytes | bits a weight | mean KL | 99th percentile KL | same top token | perplexity |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name in sorted(models, key=lambda name: models[name].size()):
        size, row = models[name].size(), figures[name].row()
        lines.append(
            f"| {name} | {size:,} | {size * 8 / PARAMETERS:.2f} | {row['kl']:.5f} | {row['kl99']:.4f}"
            f" | {row['agreement']:.2%} | {row['perplexity']:.3f} |"
        )
    return "\n".join(lines)


def measure(options):
    reference = Onnx(options.reference)
    models = {"fp32": reference}
    models |= {name: Onnx(folder) for name, folder in options.onnx}
    models |= {name: Gguf(path) for name, path in options.gguf}
    models |= {name: OpenVino(path) for name, path in options.openvino}
    models |= {name: Transformers(folder) for name, folder in options.transformers}
    texts = held_out(options.text)
    ids = windows(texts, pathlib.Path(options.reference) / "tokenizer.json", options.tokens)
    figures = measure_windows(reference, models, ids)
    print(f"{ids.size:,} tokens of held-out text ({', '.join(sorted(texts))}), windows of {WINDOW};")
    print("KL from fp32 in nats.\n")
    print(table(models, figures))
    if options.json:
        save(options, figures)


def save(options, figures):
    """Adds the figures to a file for ci/bench, by name; a model is known by its path and time."""
    file = pathlib.Path(options.json)
    saved = json.loads(file.read_text()) if file.exists() else {}
    kinds = [options.onnx, options.gguf, options.openvino, options.transformers]
    for name, path in [("fp32", options.reference), *(pair for kind in kinds for pair in kind)]:
        row = {key: float(value) for key, value in figures[name].row().items()}
        saved[name] = dict(row, path=str(pathlib.Path(path).resolve()), made=measured.made(path))
    file.write_text(json.dumps(saved, indent=1) + "\n")


# The command line


def named(text):
    name, found, path = text.partition("=")
    if not found or not name or not path:
        raise argparse.ArgumentTypeError(f"{text!r} is not {NAMED}")
    return name, path


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    steps = parser.add_subparsers(required=True)
    for name, run in [("f32", write_f32), ("quantize", write_quantized), ("folder", write_folder)]:
        step = steps.add_parser(name)
        step.set_defaults(run=run)
        step.add_argument("--gguf", required=True)
        step.add_argument("--output", required=True)
        if name == "quantize":
            step.add_argument("--type", required=True, help="such as Q4_0 or Q4_K_M")
        if name == "folder":
            step.add_argument("--tokenizer", required=True, help="tokenizer.json of the model")
    step = steps.add_parser("measure")
    step.set_defaults(run=measure)
    step.add_argument("--reference", required=True, help="folder of the fp32 package")
    step.add_argument("--text", required=True, nargs="+", help="files .jsonl.gz")
    step.add_argument("--tokens", type=int, default=20_480)
    step.add_argument("--onnx", type=named, action="append", default=[], metavar=NAMED)
    step.add_argument("--gguf", type=named, action="append", default=[], metavar=NAMED)
    step.add_argument("--openvino", type=named, action="append", default=[], metavar=NAMED)
    step.add_argument("--transformers", type=named, action="append", default=[], metavar=NAMED)
    step.add_argument("--json", help="file that the figures are added to")
    return parser.parse_args()


if __name__ == "__main__":
    arguments = parse()
    arguments.run(arguments)
