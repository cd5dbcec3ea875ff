"""Checks that the quickstart's Delta tables have a row for each row of the sample data.

Usage: check_tables.py TABLES_DIR DATA_DIR. Reads the Delta logs with the standard library alone.
"""

import json
import pathlib
import sys

TABLES = {"sentiment": "posts", "summaries": "documents", "translations": "sentences"}


def rows_of_table(table):
    files = {}
    for commit in sorted((table / "_delta_log").glob("*.json")):
        for line in commit.read_text().splitlines():
            action = json.loads(line)
            if "add" in action:
                files[action["add"]["path"]] = json.loads(action["add"]["stats"])["numRecords"]
            elif "remove" in action:
                files.pop(action["remove"]["path"], None)
    return sum(files.values())


def main():
    tables, data = map(pathlib.Path, sys.argv[1:])
    failed = False
    for table, source in TABLES.items():
        expected = len((data / f"{source}.jsonl").read_text().splitlines())
        found = rows_of_table(tables / table)
        print(f"{tables / table}: {found} of {expected} rows")
        failed |= found != expected
    if failed:
        raise SystemExit("Failed: a table lacks rows.")


if __name__ == "__main__":
    main()
