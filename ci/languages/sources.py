"""Where rows come from: the tables of texts that the project is tested with, the posts beside this
file, and one's own files."""

import collections
import gzip
import json
import pathlib
import sys

LABELS = ["positive", "negative", "neutral"]
FIELDS = {"sentiment": ["lang"], "translate": ["lang", "to"], "summarize": ["lang"]}


def lines(path):
    opener = gzip.open if str(path).endswith(".gz") else open
    try:
        with opener(path, "rt", encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.strip()]
    except OSError as missing:
        sys.exit(f"Cannot read {path}: {missing.strerror}. Name it with --data or --rows.")
    except ValueError:
        sys.exit(f"Cannot read {path}: found a line that is no JSON, expected JSON lines in UTF-8.")


def row(task, source, lang, text, expected, to=None):
    return dict(task=task, source=source, lang=lang, to=to or lang, text=text, expected=expected)


# The tables of texts that the project is tested with: sentiment, translation, summarization


def held_out(rows):
    """Rows of split `val`, or all rows of sources that have no such split."""
    split = {row["source"] for row in rows if row["split"] == "val"}
    return [row for row in rows if row["split"] == "val" or row["source"] not in split]


def sentiment(folder):
    for found in held_out(lines(folder / "sentiment.jsonl.gz")):
        # The other sources have no neutral rows and no held-out split.
        if found["source"] == "goemotions":
            yield row("sentiment", found["source"], found["lang"], found["text"], found["label"])


def translation(folder):
    """Both directions of pairs. A sentence that stands in several sources is in none of them, so
    that a model trained on one source has not met the sentences of another."""
    pairs = held_out(lines(folder / "translation.jsonl.gz"))
    sources = collections.defaultdict(set)
    for pair in pairs:
        sources[pair["src"].casefold()].add(pair["source"])
    for pair in pairs:
        if len(sources[pair["src"].casefold()]) == 1:
            yield from both_ways(
                pair["source"], pair["src_lang"], pair["src"], pair["tgt_lang"], pair["tgt"]
            )


def both_ways(source, lang, text, to, expected):
    yield row("translate", source, lang, text, expected, to)
    yield row("translate", source, to, expected, text, lang)
    # Without labels: a translation should have the sentiment that its original has.
    yield row("agreement", source, to, expected, text)


def summaries(folder):
    """Not those that stand in their texts word for word, as many headlines do: that is copying."""
    for found in held_out(lines(folder / "summarization.jsonl.gz")):
        if found["summary"].strip(" .").casefold() in found["text"].casefold():
            continue
        yield row("summarize", found["source"], found["lang"], found["text"], found["summary"])


def posts(path):
    """Labelled posts that say the same in English, French and Spanish."""
    name = pathlib.Path(path).stem
    for post in lines(path):
        for lang in ["en", "fr", "es"]:
            yield row("sentiment", name, lang, post[lang], post["label"])
        for to in ["fr", "es"]:
            yield row("translate", name, "en", post["en"], post[to], to)
            yield row("translate", name, to, post[to], post["en"], "en")


# One's own rows


def own(path):
    for number, found in enumerate(lines(path), 1):
        problem = wrong(found)
        if problem:
            sys.exit(f"Invalid row in line {number} of {path}: {problem}. See docs/languages.md.")
        source = found.get("source", pathlib.Path(path).name.split(".")[0])
        yield row(
            found["task"], source, found["lang"], found["text"], found["expected"], found.get("to")
        )


def wrong(found):
    if not isinstance(found, dict) or found.get("task") not in FIELDS:
        return f"expected an object whose task is one of {', '.join(FIELDS)}"
    for field in [*FIELDS[found["task"]], "text", "expected"]:
        value = found.get(field)
        if not isinstance(value, str) or not value.strip():
            return f"found no text in {field}, which {found['task']} needs"
    for field in FIELDS[found["task"]]:
        if len(found[field]) != 2 or not found[field].islower():
            return f"expected two small letters of ISO 639-1 in {field}"
    if found["task"] == "sentiment" and found["expected"] not in LABELS:
        return f"expected one of {', '.join(LABELS)} in expected"
    return None
