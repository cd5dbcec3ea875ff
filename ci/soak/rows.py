"""Prints rows of made-up short posts: python3 ci/soak/rows.py COUNT"""

import json
import random
import sys

WORDS = "the a phone film was is very not good bad slow bright quiet I we bought saw liked".split()

random.seed(1)
for row in range(int(sys.argv[1])):
    text = " ".join(random.choices(WORDS, k=random.randint(3, 60)))
    line = {"id": row, "messages": [{"role": "user", "content": text}]}
    print(json.dumps({**line, "max_tokens": 16, "labels": ["positive", "negative", "neutral"]}))
