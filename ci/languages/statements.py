"""Prints the SQL statements, one a line, that ask a model about rows and write its answers as JSON.

Usage: statements.py ROWS.jsonl MODEL ANSWERS_DIR
"""

import json
import sys

COLUMNS = (
    "id INT, task STRING, source STRING, lang STRING, `to` STRING, text STRING, expected STRING,"
    " max_words INT"
)


def quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def asked(call, where):
    """One answer a row, in `value`, or the reason why there is none, in `error`."""
    return f"SELECT id, a.value, a.error FROM (SELECT id, {call} AS a FROM asked WHERE {where})"


def questions(rows):
    tasks = {row["task"] for row in rows}
    if tasks & {"sentiment", "agreement"}:
        yield asked("llama_try_sentiment(text)", "task IN ('sentiment', 'agreement')")
    for to in sorted({row["to"] for row in rows if row["task"] == "translate"}):
        where = f"task = 'translate' AND `to` = {quoted(to)}"
        yield asked(f"llama_try_translate(text, {quoted(to)})", where)
    for words in sorted({row["max_words"] for row in rows if row["task"] == "summarize"}):
        where = f"task = 'summarize' AND max_words = {words}"
        yield asked(f"llama_try_summarize(text, {words})", where)


def originals(rows):
    """The sentiment of what the rows of `agreement` are translations of."""
    if any(row["task"] == "agreement" for row in rows):
        yield asked("llama_try_sentiment(expected)", "task = 'agreement'")


def main():
    path, model, answers = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    print(f"SET spark.llama.model={model}")
    print(f"CREATE TEMPORARY VIEW asked ({COLUMNS}) USING json OPTIONS (path {quoted(path)})")
    for name, selects in [("answers", questions(rows)), ("originals", originals(rows))]:
        for number, select in enumerate(selects):
            folder = quoted(f"{answers}/{name}-{number}")
            print(f"INSERT OVERWRITE DIRECTORY {folder} USING json {select}")


if __name__ == "__main__":
    main()
