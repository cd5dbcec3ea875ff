"""Prints lines for `spark-llama score`: twenty texts, with an adapter and three labels.

Usage: peft_lines.py SENTIMENT.jsonl.gz ADAPTER
"""

import gzip
import json
import sys

LABELS = ["positive", "negative", "neutral"]
SYSTEM = "Classify the sentiment of the text. Answer only with one word: positive, negative or neutral."

with gzip.open(sys.argv[1], "rt", encoding="utf-8") as file:
    rows = [row for row in map(json.loads, file) if row["split"] == "val"][:20]
for number, row in enumerate(rows):
    messages = [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": row["text"]},
    ]
    line = {"id": number, "messages": messages, "labels": LABELS, "adapter": sys.argv[2]}
    print(json.dumps(line, ensure_ascii=False))
