"""Prints Markdown tables of how good the answers of models are, by task and language.

Usage: table.py --rows FILE.jsonl --answers NAME=DIR... [--learnt NAME=SOURCE]...
"""

import argparse
import collections

import answers
import rows as choice

LANGUAGES = {"en": "English", "fr": "French", "es": "Spanish"}
TITLES = {
    "sentiment": ("Sentiment", "accuracy", "macro-F1"),
    "agreement": ("The same sentiment as the English original", "same label", "Cohen's kappa"),
    "translate": ("Translation", "chrF", "BLEU"),
    "summarize": ("Summary", "chrF", "-"),
}


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


def named(text):
    return text.split("=", 1)


def main():
    options = parse()
    learnt = collections.defaultdict(set)
    for name, source in map(named, options.learnt):
        learnt[name].add(source)
    models = [
        answers.Model(name, folder, learnt[name]) for name, folder in map(named, options.answers)
    ]
    rows = list(answers.read([options.rows]))
    groups = []
    for key, found in grouped(rows):
        measured = {model.name: model.score(key, found) for model in models}
        groups.append((key, found, answers.baseline_scores(key, found), measured))
    print("\n".join(summary(groups, models)), end="\n\n")
    print("\n".join(details(groups)), end="\n\n")
    for model in models:
        print(f"{model.name}: {model.unanswered():,} of {len(rows):,} rows have no answer.")


if __name__ == "__main__":
    main()
