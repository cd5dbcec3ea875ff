"""The answers of a model, and of baselines, with their scores."""

import json
import pathlib
import sys

import baselines
import scores


def read(paths):
    for path in paths:
        with open(path, encoding="utf-8") as file:
            yield from (json.loads(line) for line in file)


def written(folder, kind):
    found = read(pathlib.Path(folder).glob(f"{kind}-*/part-*.json"))
    return {row["id"]: row.get("value") for row in found}


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
        self.answers = written(folder, "answers")
        self.originals = written(folder, "originals")

    def score(self, key, rows):
        """Nothing of a task that was learnt from rows of this source: they may be the same rows."""
        task, source, _, to = key
        self.check(rows)
        if task == "translate" and source in self.learnt:
            return None
        expected = [row["expected"] for row in rows]
        if task == "agreement":
            expected = [self.originals[row["id"]] or "nothing" for row in rows]
        return score(task, to, expected, [self.answers[row["id"]] for row in rows])

    def check(self, rows):
        missing = sum(row["id"] not in self.answers for row in rows)
        if missing:
            sys.exit(f"Cannot measure {self.name}: found no answer to {missing} rows. Ask again.")

    def unanswered(self):
        return sum(value is None for value in self.answers.values())


def baseline_scores(key, rows):
    task, _, _, to = key
    expected = [row["expected"] for row in rows]
    return {
        name: score(task, to, expected, found) for name, found in baselines.answers(task, rows)
    }
