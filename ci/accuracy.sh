#!/usr/bin/env bash
# Sentiment accuracy of SmolLM2 with the tasks adapter, converted, against transformers in fp32 on
# the same rows. Needs the network (PyPI) once, about 8 GB of disk for PyTorch, and some minutes.
#
# Usage: ci/accuracy.sh [--data FILE.jsonl.gz] [--rows N] [--precision w8a8|int8|int4|fp32] [--fresh]
#
# FILE has lines with text, label, source and split; rows of goemotions' split `val` are taken.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
data=../shared/data/sentiment.jsonl.gz
rows=2000
precision=w8a8
fresh=no
while (($# > 0)); do
  case $1 in
    --data) data=$2; shift 2 ;;
    --rows) rows=$2; shift 2 ;;
    --precision) precision=$2; shift 2 ;;
    --fresh) fresh=yes; shift ;;
    *) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
done

readonly work=examples/work/accuracy-$rows
readonly venv=examples/work/venv
readonly adapter=examples/adapters/smollm2-135m-tasks
readonly cli=spark-llama/target/spark-llama-cli.jar
[[ -f $data ]] || { echo "Cannot read $data: there is no such file. Name one with --data." >&2; exit 1; }
[[ $fresh == no ]] || rm -rf "$work"
mkdir -p "$work"

[[ -f $cli ]] || mvn -B -ntp -q -DskipTests -pl spark-llama package
gguf=$(examples/fetch-smollm2.sh)
[[ -x $venv/bin/python ]] || python3 -m venv "$venv"
"$venv/bin/python" -c 'import torch, transformers, peft, gguf' 2>/dev/null \
  || "$venv/bin/pip" install --quiet --disable-pip-version-check \
    torch==2.15.0 transformers==5.23.0 peft==0.21.2 gguf==0.19.0

"$venv/bin/python" ci/accuracy.py lines --data "$data" --rows "$rows" \
  --prompts "$adapter/prompts.json" --output "$work/lines.jsonl"
[[ -f $work/reference.jsonl ]] \
  || "$venv/bin/python" ci/accuracy.py reference --gguf "$gguf" --adapter "$adapter" \
    --goldens spark-llama/src/test/resources/smollm2-135m/golden-tasks-fp32.jsonl \
    --input "$work/lines.jsonl" --output "$work/reference.jsonl"

rm -rf "$work/model-$precision"
java -jar "$cli" convert "$gguf" "$work/model-$precision" --precision "$precision" \
  --merge-adapter "$adapter" --prompts "$adapter/prompts.json"
java -jar "$cli" score --model "$work/model-$precision" \
  --input "$work/lines.jsonl" --output "$work/ours-$precision.jsonl"
"$venv/bin/python" ci/accuracy.py compare --input "$work/lines.jsonl" \
  --reference "$work/reference.jsonl" --ours "$work/ours-$precision.jsonl" --precision "$precision"
