"""Checks what the tutorial's commands have left. Usage: check_tutorial.py TUTORIAL_DIR DATA_DIR."""

import pathlib
import sys

from check_tables import rows_of_table


def main():
    tutorial, data = map(pathlib.Path, sys.argv[1:])
    posts = len((data / "posts.jsonl").read_text().splitlines())
    expected = posts - 1 + 1  # one was withdrawn, one was written by hand
    found = rows_of_table(tutorial / "posts")
    runs = rows_of_table(tutorial / "posts.pipeline" / "runs")
    page = (tutorial / "report.html").read_text()
    print(f"{found} of {expected} posts, {runs} of 5 runs, a report of {len(page):,} characters")
    if found != expected or runs != 5 or "Quality gate" not in page:
        raise SystemExit("Failed: the tutorial did not come out as its page says.")


if __name__ == "__main__":
    main()
