"""Chooses the rows of a measurement and writes them in the format that docs/languages.md describes.

Usage: rows.py --output FILE.jsonl [--data DIR] [--posts FILE.jsonl] [--rows FILE.jsonl]...
               [--most N] [--most-summaries N]
"""

import argparse
import collections
import json
import pathlib
import random
import sys

import sources

SEED = 1


def group(row):
    return tuple(row[field] for field in ["task", "source", "lang", "to"])


def chosen(rows, most, most_summaries):
    """Of each group so many different texts, the same ones at every run."""
    groups = collections.defaultdict(dict)
    for row in rows:
        groups[group(row)].setdefault(row["text"], row)
    for key, texts in sorted(groups.items()):
        least = most_summaries if key[0] == "summarize" else most
        found = [texts[text] for text in sorted(texts)]
        yield from random.Random(f"{SEED} {key}").sample(found, min(least, len(found)))


def with_lengths(rows):
    """Asks for summaries as long as the expected ones of the group are: their mean, to tens."""
    words = collections.defaultdict(list)
    for row in rows:
        words[group(row)].append(len(row["expected"].split()))
    for number, row in enumerate(rows):
        lengths = words[group(row)]
        asked = max(10, round(sum(lengths) / len(lengths), -1))
        yield dict(row, id=number, max_words=int(asked))


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", required=True)
    parser.add_argument("--data", type=pathlib.Path)
    parser.add_argument("--posts", action="append", default=[])
    parser.add_argument("--rows", action="append", default=[])
    parser.add_argument("--most", type=int, default=500)
    parser.add_argument("--most-summaries", type=int, default=178)
    return parser.parse_args()


def main():
    options = parse()
    rows = []
    if options.data:
        for read in [sources.sentiment, sources.translation, sources.summaries]:
            rows += read(options.data)
    for path in options.posts:
        rows += sources.posts(path)
    for path in options.rows:
        rows += sources.own(path)
    rows = list(chosen(rows, options.most, options.most_summaries))
    if not rows:
        sys.exit("Cannot measure: found no rows. Name some with --data or --rows.")
    with open(options.output, "w", encoding="utf-8") as file:
        for row in with_lengths(rows):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
