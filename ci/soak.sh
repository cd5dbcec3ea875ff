#!/usr/bin/env bash
# Many rows through the command line with the tiny model, while the process's memory is watched:
# it must not grow after the first tenth, and every row must be answered.
#
# Usage: ci/soak.sh [generate|score] [ROWS]     default: generate 100000
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly command=${1:-generate}
readonly rows=${2:-100000}
readonly work=examples/work/soak
readonly cli=spark-llama/target/spark-llama-cli.jar
readonly most_growth_kib=262144
if [[ $command != generate && $command != score ]]; then
  sed -n '5s/^# //p' "$0" >&2
  exit 2
fi

rm -rf "$work"
mkdir -p "$work"
[[ -f $cli ]] || mvn -B -ntp -q -DskipTests -pl spark-llama package
java -jar "$cli" convert spark-llama/src/test/resources/tiny-llama3/gguf/tiny-Q8_0.gguf "$work/model"
python3 - "$rows" >"$work/input.jsonl" <<'PYTHON'
import json, random, sys
random.seed(1)
words = "the a phone film was is very not good bad slow bright quiet I we bought saw liked".split()
for row in range(int(sys.argv[1])):
    text = " ".join(random.choices(words, k=random.randint(3, 60)))
    line = {"id": row, "messages": [{"role": "user", "content": text}]}
    print(json.dumps({**line, "max_tokens": 16, "labels": ["positive", "negative", "neutral"]}))
PYTHON

java -Xmx1g -jar "$cli" "$command" --model "$work/model" \
  --input "$work/input.jsonl" >"$work/output.jsonl" &
readonly pid=$!
trap 'kill "$pid" 2>/dev/null || true' EXIT
first=0
peak=0
while kill -0 "$pid" 2>/dev/null; do
  sleep 5
  rss=$(ps -o rss= -p "$pid" || echo 0)
  done_rows=$(wc -l <"$work/output.jsonl")
  printf '%s rows, %s MiB\n' "$done_rows" $((rss / 1024))
  if ((done_rows * 10 < rows || first == 0)); then
    first=$((rss > first ? rss : first))
  fi
  peak=$((rss > peak ? rss : peak))
done
wait "$pid"

answered=$(grep -vc '"error":"' "$work/output.jsonl" || true)
printf 'answered %s of %s; memory %s MiB after the first tenth, at most %s MiB\n' \
  "$answered" "$rows" $((first / 1024)) $((peak / 1024))
((answered == rows)) || { echo 'Failed: rows without an answer.' >&2; exit 1; }
((peak - first <= most_growth_kib)) || { echo 'Failed: memory grew.' >&2; exit 1; }
