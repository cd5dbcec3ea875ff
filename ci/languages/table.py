"""Prints Markdown tables of how good the answers of models are, by task and language.

Usage: table.py --rows FILE.jsonl --answers NAME=DIR... [--learnt NAME=SOURCE]...
"""

import argparse
import collections
import json
import pathlib
import sys

import baselines
import rows as choice
import scores

LANGUAGES = {"en": "English", "fr": "French", "es": "Spanish"}
TITLES = {
    "sentiment": ("Sentiment", "accuracy", "macro-F1"),
    "agreement": ("The same sentiment as the English original", "same label", "Cohen's kappa"),
    "translate": ("Translation", "chrF", "BLEU"),
    "summarize": ("Summary", "chrF", "-"),
}


def read(paths):
    for path in paths:
        with open(path, encoding="utf-8") as file:
            yield from (json.loads(line) for line in file)


def answers(folder, kind):
    found = read(pathlib.Path(folder).glob(f"{kind}-*/part-*.json"))
    return {row["id"]: row.get("value") for row in found}


def grouped(rows):
    groups = collections.defaultdict(list)
    for row in rows:
        groups[choice.group(row)].append(row)
    return sorted(groups.items(), key=lambda item: place(*item[0]))


def place(task, source, *codes):
    """Tasks and languages in the order of the tables above, others behind them."""
    known = list(LANGUAGES)
    order = [(known.index(code) if code in known else len(known), code) for code in codes]
    return list(TITLES).index(task), source, order


def score(task, to, expected, found):
    """A row without an answer counts as a wrong label or an empty text."""
    if task in ("sentiment", "agreement"):
        measure = scores.labels if task == "sentiment" else scores.agreement
        return measure(expected, [answer or "none" for answer in found])
    measure = scores.translations if task == "translate" else scores.summaries
    return measure(expected, [answer or "" for answer in found], to)


class Model:
    def __init__(self, name, folder, learnt):
        self.name, self.learnt = name, learnt
        self.answers = answers(folder, "answers")
        self.originals = answers(folder, "originals")

    def check(self, rows):
        missing = sum(row["id"] not in self.answers for row in rows)
        if missing:
            sys.exit(f"Cannot measure {self.name}: found no answer to {missing} rows. Ask again.")

    def score(self, key, rows):
        """Nothing of a task that was learnt from rows of this source: they may be the same rows."""
        task, source, _, to = key
        if task == "translate" and source in self.learnt:
            return None
        expected = [row["expected"] for row in rows]
        if task == "agreement":
            expected = [self.originals[row["id"]] or "none" for row in rows]
        return score(task, to, expected, [self.answers[row["id"]] for row in rows])

    def unanswered(self):
        return sum(value is None for value in self.answers.values())


def baseline_scores(key, rows):
    task, _, _, to = key
    expected = [row["expected"] for row in rows]
    return {
        name: score(task, to, expected, found) for name, found in baselines.answers(task, rows)
    }


def languages(key):
    names = [LANGUAGES.get(code, code) for code in dict.fromkeys(key[2:])]
    return " to ".join(names)


def line(*cells):
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def summary(groups, models):
    yield line("task", "language", "rows of", "n", "best without a model", *(m.name for m in models))
    yield line("---", "---", "---", "---:", "---:", *("---:" for _ in models))
    for key, rows, without, measured in groups:
        title, figure, _ = TITLES[key[0]]
        best = max(without.items(), key=lambda item: item[1].main.value, default=None)
        floor = "-" if best is None else f"{best[1].main.value:.1f}, {best[0]}"
        cells = ["-" if found is None else found.main for found in measured.values()]
        yield line(f"{title}, {figure}", languages(key), key[1], len(rows), floor, *cells)


def details(groups):
    yield line(
        "task", "language", "rows of", "answers", "second figure", "right language", "length"
    )
    yield line("---", "---", "---", "---", "---:", "---:", "---:")
    for key, rows, without, measured in groups:
        title, _, second = TITLES[key[0]]
        for name, found in [*without.items(), *measured.items()]:
            if found is not None and (found.second or found.language is not None):
                yield line(title, languages(key), key[1], name, *extras(second, found))


def extras(title, found):
    return (
        f"{title} {found.second}" if found.second else "-",
        "-" if found.language is None else f"{found.language:.1f} %",
        "-" if found.length is None else f"{found.length:.2f}",
    )


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", required=True)
    parser.add_argument("--answers", required=True, action="append")
    parser.add_argument("--learnt", action="append", default=[])
    return parser.parse_args()


def main():
    options = parse()
    learnt = collections.defaultdict(set)
    for name, source in (text.split("=", 1) for text in options.learnt):
        learnt[name].add(source)
    models = [Model(*(pair := text.split("=", 1)), learnt[pair[0]]) for text in options.answers]
    rows = list(read([options.rows]))
    for model in models:
        model.check(rows)
    groups = [
        (key, found, baseline_scores(key, found), {m.name: m.score(key, found) for m in models})
        for key, found in grouped(rows)
    ]
    print("\n".join(summary(groups, models)), end="\n\n")
    print("\n".join(details(groups)), end="\n\n")
    for model in models:
        print(f"{model.name}: {model.unanswered():,} of {len(rows):,} rows have no answer.")


if __name__ == "__main__":
    main()
