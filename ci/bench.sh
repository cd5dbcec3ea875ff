#!/usr/bin/env bash
# Times spark-llama and other engines on the same workloads, in turns, with two threads each.
# Prints a Markdown table for each workload and writes all to ci/work/bench.md.
#
# Usage: ci/bench.sh --text FILE... [--workload NAME]... [--share S] [--repeat N] [--package DIR]
#
#   --text FILE...     JSON lines with texts: `text` with `label` or `summary`, or `src`
#   --workload NAME    sentiment, summary, mixed, translate or pipeline; default: all
#   --share S          share of the rows; default: 0.25, with which a cell takes about a minute
#   --repeat N         rounds; default: 3
#   --package DIR      our package; default: ci/work/bench/w8a8, made when it is missing
#
# Example: ci/bench.sh --text examples/data/*.jsonl --workload summary --share 0.1 --repeat 1
#
# The peers' models are made by ci/quality.sh, which has to run before. Needs the network (PyPI) once.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly work=ci/work/bench models=ci/work/quality venv=ci/work/bench-venv
readonly cli=spark-llama/target/spark-llama-cli.jar
texts=()
workloads=()
share=0.25
repeat=3
package=$work/w8a8

fail() {
  printf '%s\n' "$@" >&2
  exit 2
}

while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) sed -n '2,17s/^# \{0,1\}//p' "$0"; exit 0 ;;
    --text) shift; while [ $# -gt 0 ] && [[ "$1" != --* ]]; do texts+=("$1"); shift; done ;;
    --workload) workloads+=("${2:?--workload needs a name}"); shift 2 ;;
    --share) share=${2:?--share needs a number}; shift 2 ;;
    --repeat) repeat=${2:?--repeat needs a number}; shift 2 ;;
    --package) package=${2:?--package needs a folder}; shift 2 ;;
    *) fail "Unknown option $1; see ci/bench.sh --help." ;;
  esac
done
[ ${#texts[@]} -gt 0 ] || fail "Missing --text: which texts to make the workloads of; see --help."
[ ${#workloads[@]} -gt 0 ] || workloads=(sentiment summary mixed translate pipeline)
for model in F32 Q4_0; do
  [ -f "$models/$model.gguf" ] || fail "Missing $models/$model.gguf: run ci/quality.sh first."
done

mkdir -p "$work"
if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q numpy==2.4.6 tokenizers==0.23.3 gguf==0.19.0 \
    openvino-genai==2026.4.1 llama-cpp-python==0.3.36
fi
[ -f "$cli" ] || mvn -B -q -pl spark-llama package -DskipTests
[ -d "$package" ] || java -jar "$cli" convert "$models/F32.gguf" "$package" --precision w8a8
if [ ! -f "$models/Q8_0.gguf" ]; then
  "$venv/bin/python" ci/quality.py quantize --gguf "$models/F32.gguf" --type Q8_0 \
    --output "$models/Q8_0.gguf"
fi
"$venv/bin/python" ci/bench/workloads.py --tokenizer "$package" --text "${texts[@]}" \
  --output "$work" --share "$share" --only "${workloads[@]}"
files=("${workloads[@]/#/$work/}")
files=("${files[@]/%/.jsonl}")
"$venv/bin/python" ci/bench/run.py --jar "$cli" --package "$package" \
  --openvino "$models/Q4_0.gguf" "$models/Q8_0.gguf" \
  --llama "$models/Q4_0.gguf" "$models/Q8_0.gguf" \
  --workloads "${files[@]}" --repeat "$repeat" | tee ci/work/bench.md
