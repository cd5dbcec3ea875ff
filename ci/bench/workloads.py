"""Writes the workloads of the benchmark as token ids, so that every engine is given the same.

A line: id, prompt_ids, max_tokens, ignore_stop, and label_ids where one of some labels is asked for.

Example: python3 ci/bench/workloads.py --tokenizer models/smollm2 --text posts.jsonl documents.jsonl \\
             --output ci/work/bench --share 0.2
"""

import argparse
import json
import pathlib
import random
import sys

import measured

SENTIMENT = (
    "Classify the sentiment of the text. Answer only with one word: positive, negative or neutral."
)
SUMMARY = "Summarize the text in at most 40 words. Answer only with the summary."
TRANSLATION = "Translate the text to French. Answer only with the translation."
LABELS = ("positive", "negative", "neutral")
SUMMARY_PROMPT = 256


def texts(files):
    """Texts by kind: short ones, whole documents, single sentences."""
    found = {"post": [], "document": [], "sentence": []}
    for file in files:
        for row in held_out(file):
            add(found, row)
    for kind in found:
        found[kind] = list(dict.fromkeys(found[kind]))
        random.Random(kind).shuffle(found[kind])
    return found


def held_out(file):
    """English rows of a file's split `val`; where it has none, of all rows, and that is said."""
    rows = [row for row in measured.lines(file) if row.get("lang", "en") == "en"]
    held = [row for row in rows if row.get("split") == "val"]
    if not held:
        kept = "training rows among them" if any("split" in row for row in rows) else "no splits"
        print(f"{file} has no rows of split val: all are used, {kept}.", file=sys.stderr)
    return held or rows


def add(found, row):
    text = row.get("src") or row["text"]
    if "src" in row or "reference" in row and len(text) < 200:
        found["sentence"].append(text)
    elif "summary" in row or len(text) > 500:
        found["document"].append(text)
    else:
        found["post"].append(text)


class Prompts:
    """ChatML prompts in token ids; the text is cut to a number of tokens where one is given."""

    def __init__(self, folder):
        from tokenizers import Tokenizer

        self.tokenizer = Tokenizer.from_file(str(pathlib.Path(folder) / "tokenizer.json"))

    def ids(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def prompt(self, system, user):
        head = f"<|im_start|>system\n{system}<|im_end|>\n" if system else ""
        return self.ids(f"{head}<|im_start|>user\n{user}<|im_end|>\n<|im_start|>assistant\n")

    def cut(self, text, tokens):
        return self.tokenizer.decode(self.ids(text)[:tokens])

    def labels(self):
        return [self.ids(label) for label in LABELS]


def row(name, prompt, max_tokens, ignore_stop=False, labels=None):
    line = dict(id=name, prompt_ids=prompt, max_tokens=max_tokens, ignore_stop=ignore_stop)
    return line if labels is None else dict(line, label_ids=labels)


def sentiment(prompts, found, count):
    labels = prompts.labels()
    longest = max(len(label) for label in labels)
    for i, text in enumerate(repeated(found, "post", count)):
        yield row(f"post-{i}", prompts.prompt(SENTIMENT, text), longest, labels=labels)


def summary(prompts, found, count):
    frame = len(prompts.prompt(SUMMARY, ""))
    for i, text in enumerate(long_texts(prompts, found, count, SUMMARY_PROMPT)):
        room = SUMMARY_PROMPT - frame
        yield row(f"document-{i}", prompts.prompt(SUMMARY, prompts.cut(text, room)), 64, True)


def mixed(prompts, found, count):
    lengths = random.Random("mixed")
    for i, text in enumerate(long_texts(prompts, found, count, 1024)):
        read = int(min(1024, max(16, lengths.lognormvariate(4.8, 0.9))))
        written = int(min(128, max(8, lengths.lognormvariate(3.5, 0.7))))
        user = prompts.cut(text, max(1, read - 10))
        yield row(f"row-{i}", prompts.prompt("", user), written, True)


def translate(prompts, found, count):
    for i, text in enumerate(repeated(found, "sentence", count)):
        prompt = prompts.prompt(TRANSLATION, text)
        yield row(f"sentence-{i}", prompt, min(96, len(prompt) * 3 // 2 + 16))


def pipeline(prompts, found, count):
    """The text comes before the instruction, so that the three questions share it."""
    labels = prompts.labels()
    lengths = random.Random("pipeline")
    for i, text in enumerate(long_texts(prompts, found, count, 200)):
        document = prompts.cut(text, lengths.randint(120, 200))
        ask = lambda instruction: prompts.prompt("", f"{document}\n\n{instruction}")
        longest = max(len(label) for label in labels)
        yield row(f"document-{i}-sentiment", ask(SENTIMENT), longest, labels=labels)
        yield row(f"document-{i}-summary", ask(SUMMARY), 48)
        yield row(f"document-{i}-translation", ask(TRANSLATION), 96)


def repeated(found, kind, count):
    items = found[kind]
    if not items:
        sys.exit(f"Cannot make the workload: the texts have no {kind}. Give more files with --text.")
    return [items[i % len(items)] for i in range(count)]


def long_texts(prompts, found, count, tokens):
    """Texts of at least a number of tokens; documents that are shorter are joined."""
    source = iter(repeated(found, "document", 60 * count))
    for _ in range(count):
        text = next(source)
        while len(prompts.ids(text)) < tokens:
            text += "\n\n" + next(source)
        yield text


# What makes the rows, how many there are, and the share with which a cell takes about a minute at most.
WORKLOADS = {
    "sentiment": (sentiment, 2000, 0.3),
    "summary": (summary, 64, 0.5),
    "mixed": (mixed, 256, 0.25),
    "translate": (translate, 500, 0.4),
    "pipeline": (pipeline, 500, 0.05),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tokenizer", required=True, help="folder with a tokenizer.json")
    parser.add_argument("--text", required=True, nargs="+", help="JSON lines with texts")
    parser.add_argument("--output", required=True, type=pathlib.Path, help="folder to write to")
    parser.add_argument(
        "--share", type=float, help="share of the rows; default: about a minute's for each workload"
    )
    parser.add_argument("--only", nargs="+", default=list(WORKLOADS), choices=list(WORKLOADS))
    options = parser.parse_args()
    prompts = Prompts(options.tokenizer)
    found = texts(options.text)
    options.output.mkdir(parents=True, exist_ok=True)
    for name in options.only:
        make, count, share = WORKLOADS[name]
        rows = make(prompts, found, max(1, round(count * (options.share or share))))
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (options.output / f"{name}.jsonl").write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    main()
