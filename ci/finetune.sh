#!/usr/bin/env bash
# Trains an adapter for SmolLM2 on sentiment rows, and asks the base model and the adapter about rows
# that it has not seen, in SQL. With --peft it loads the adapter into peft too and compares
# log-probabilities, which needs the network (PyPI) once and about 8 GB of disk.
#
# Usage: ci/finetune.sh [--data FILE.jsonl.gz] [--minutes N] [--rows N] [--least PERCENT] [--peft]
#
# FILE has lines with text, label, source and split: train to learn from, val to ask about. The
# project has to be built (examples/quickstart.sh).
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
data=../shared/data/sentiment.jsonl.gz
minutes=20
rows=1000
least=70
peft=no
while (($# > 0)); do
  case $1 in
    --data) data=$2; shift 2 ;;
    --minutes) minutes=$2; shift 2 ;;
    --rows) rows=$2; shift 2 ;;
    --least) least=$2; shift 2 ;;
    --peft) peft=yes; shift ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
done

readonly work=$PWD/examples/work/finetune
readonly venv=examples/work/venv
readonly cli=spark-llama/target/spark-llama-cli.jar
[[ -f $data ]] || { echo "Cannot read $data: there is no such file. Name one with --data." >&2; exit 1; }
data=$(realpath "$data")

rm -rf "$work"
mkdir -p "$work"
gguf=$(examples/fetch-smollm2.sh)
java -jar "$cli" convert "$gguf" "$work/model" --lora-rank 16 --examination none

# Threads that wait give their processor to others.
OMP_WAIT_POLICY=PASSIVE examples/jobs.sh finetune --model "$work/model" --base "$gguf" \
  --input "$data" --where "split = 'train' AND source <> 'pros-cons'" --task sentiment \
  --minutes "$minutes" --learning-rate 1e-3 --evaluations 5 --held-out 0.003 \
  --output "$work/reviews" --name reviews

# Sorted by a hash, so that the same rows are asked each time.
examples/sql.sh \
  "SET spark.llama.model=$work/model" \
  "CREATE TEMPORARY VIEW held AS SELECT text, label FROM json.\`$data\` WHERE split = 'val'
     ORDER BY xxhash64(text) LIMIT $rows" \
  "SELECT count(*) AS rows, round(100 * avg(int(base = label)), 2) AS base,
     round(100 * avg(int(adapter = label)), 2) AS adapter
   FROM (SELECT label, llama_sentiment(text) AS base,
     llama_sentiment(text, adapter => 'reviews') AS adapter FROM held)" | tee "$work/accuracy"
python3 - "$work/accuracy" "$least" <<'PYTHON'
import re, sys
accuracy = float(re.findall(r"[\d.]+", open(sys.argv[1]).read())[-1])
if accuracy < float(sys.argv[2]):
    sys.exit(f"Failed: {accuracy} % of the rows are right, expected at least {sys.argv[2]} %.")
PYTHON

if [[ $peft == yes ]]; then
  [[ -x $venv/bin/python ]] || python3 -m venv "$venv"
  "$venv/bin/python" -c 'import torch, transformers, peft, gguf' 2>/dev/null \
    || "$venv/bin/pip" install --quiet --disable-pip-version-check \
      torch==2.15.0 transformers==5.23.0 peft==0.21.2 gguf==0.19.0
  java -jar "$cli" convert "$gguf" "$work/fp32" --precision fp32 --lora-rank 16 --examination none
  java -jar "$cli" adapter "$work/reviews" "$work/fp32" "$work/fp32.onnx_adapter"
  "$venv/bin/python" ci/finetune/peft_lines.py "$data" "$work/fp32.onnx_adapter" >"$work/lines.jsonl"
  java -jar "$cli" score --model "$work/fp32" --input "$work/lines.jsonl" --output "$work/scores.jsonl"
  "$venv/bin/python" ci/finetune/peft_check.py "$gguf" "$work/reviews" "$work/lines.jsonl" \
    "$work/scores.jsonl"
fi
