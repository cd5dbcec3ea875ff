#!/usr/bin/env bash
# Times spark-llama and other engines on the same workloads, in turns, with two threads each.
# Prints Markdown tables for each workload (speeds and ratios, ours beside the machine's limits) and
# writes them to ci/work/bench.md, and every run to ci/work/bench.jsonl.
#
# Usage: ci/bench.sh --text FILE... [--workload NAME]... [--share S | --full] [--repeat N]
#                    [--peers NAME,...] [--equal NAME,...] [--package DIR] [--large]
#
#   --text FILE...     JSON lines with texts: `text` with `label` or `summary`, or `src`
#   --workload NAME    sentiment, summary, mixed, translate or pipeline; default: all
#   --share S          share of the rows; default: of each workload as much as makes the slowest
#                      engine's cell take about a minute at most
#   --full             all rows
#   --repeat N         rounds; default: 3
#   --peers NAME,...   openvino, llama, genai, transformers; default: all but transformers
#   --equal NAME,...   workloads in which the 8-bit models of the peers run as well, for a table of
#                      nearly equal KL, or none; default: summary
#   --package DIR      our package; default: ci/work/quality/w8a8
#   --large            a Llama-3.2 shape of 1.2 B random weights instead of SmolLM2: only summary, 16
#                      rows, no KL; its models are made once (10 GB of disk, some minutes)
#
# Example: ci/bench.sh --text examples/data/*.jsonl --workload summary --share 0.1 --repeat 1
#
# The models and the virtual environment are those of ci/quality.sh, which has to run before.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly work=ci/work/bench models=ci/work/quality python=ci/work/quality-venv/bin/python
readonly cli=spark-llama/target/spark-llama-cli.jar
readonly large_models=$work/large
texts=()
workloads=()
share=()
repeat=3
peers=openvino,llama,genai
equal=summary
package=
large=no

fail() {
  printf '%s\n' "$@" >&2
  exit 2
}

read_options() {
  while (($# > 0)); do
    case $1 in
      -h | --help) sed -n '2,27s/^# \{0,1\}//p' "$0"; exit 0 ;;
      --text)
        while (($# > 1)) && [[ $2 != --* ]]; do
          texts+=("$2")
          shift
        done
        ;;
      --full) share=(--share 1) ;;
      --large) large=yes ;;
      --workload | --share | --repeat | --peers | --equal | --package)
        (($# > 1)) || fail "Missing value of $1; see ci/bench.sh --help."
        case $1 in
          --workload) workloads+=("$2") ;;
          --share) share=(--share "$2") ;;
          --repeat) repeat=$2 ;;
          --peers) peers=$2 ;;
          --equal) equal=$2 ;;
          --package) package=$2 ;;
        esac
        shift
        ;;
      *) fail "Unknown option $1; see ci/bench.sh --help." ;;
    esac
    shift
  done
  ((${#texts[@]} > 0)) || fail 'Missing --text: which texts to make the workloads of; see --help.'
  ((${#workloads[@]} > 0)) || workloads=(sentiment summary mixed translate pipeline)
  if [[ $large == yes ]]; then
    workloads=(summary)
    equal=none
    ((${#share[@]} > 0)) || share=(--share 0.25)
  fi
}

# engines OPTION FOLDER OPENVINO LLAMA GENAI TRANSFORMERS: the chosen peers with their models.
engines() {
  local option=$1 folder=$2 peer model
  shift 2
  local -A found=([openvino]=$1 [llama]=$2 [genai]=$3 [transformers]=$4)
  for peer in ${peers//,/ }; do
    [[ -v "found[$peer]" ]] || fail "Unknown peer $peer; see ci/bench.sh --help."
    [[ -n ${found[$peer]} ]] || continue
    model=$folder/${found[$peer]}
    [[ -e $model ]] || fail "Missing $model: run ci/quality.sh first."
    chosen+=("$option" "$peer=$model")
  done
}

# Appears when it is whole: make TARGET COMMAND..., which writes to TARGET.part.
make_once() {
  local target=$1
  shift
  [[ ! -e $target ]] || return 0
  printf 'Making %s\n' "$target" >&2
  rm -rf "$target.part"
  "$@" >"$work/log" 2>&1 || { tail -n 3 "$work/log" >&2; fail "Failed to make $target."; }
  [[ ! -e $target.part ]] || mv "$target.part" "$target"
}

make_large() {
  local folder=$large_models/bf16
  mkdir -p "$large_models"
  make_once "$folder" "$python" ci/large_model.py "$folder.part" --tokenizer "$models/fp32"
  make_once "$large_models/w8a8" java -jar "$cli" convert "$folder" "$large_models/w8a8" \
    --precision w8a8 --examination none
  if [[ ! -f $large_models/Q4_0.gguf ]]; then
    make_once "$large_models/BF16.gguf" "$python" ci/bench/large_gguf.py --folder "$folder" \
      --vocabulary "$models/F32.gguf" --output "$large_models/BF16.gguf.part"
    make_once "$large_models/Q4_0.gguf" "$python" ci/quality.py quantize \
      --gguf "$large_models/BF16.gguf" --type Q4_0 --output "$large_models/Q4_0.gguf"
    rm "$large_models/BF16.gguf"
  fi
  make_once "$large_models/int4" env HF_HUB_OFFLINE=1 "$python" \
    -m onnxruntime_genai.models.builder -i "$folder" -o "$large_models/int4.part" \
    -p int4 -e cpu -c "$large_models/cache"
  rm -rf "$large_models/cache"
}

read_options "$@"
[[ -x $python && -d $models/fp32 ]] || fail 'Missing models and engines: run ci/quality.sh first.'
mkdir -p "$work"
[[ -f $cli ]] || mvn -B -q -pl spark-llama package -DskipTests
chosen=()
if [[ $large == yes ]]; then
  make_large
  engines --peer "$large_models" Q4_0.gguf Q4_0.gguf int4 bf16
  package=${package:-$large_models/w8a8}
else
  engines --peer "$models" Q4_0.gguf Q4_0.gguf genai-int4 transformers
  [[ $equal == none ]] || engines --equal "$models" Q8_0.gguf Q8_0.gguf genai-int8 ''
  package=${package:-$models/w8a8}
fi
[[ -d $package ]] || fail "Missing $package: run ci/quality.sh first, or name another folder."
"$python" ci/bench/workloads.py --tokenizer "$models/fp32" --text "${texts[@]}" \
  --output "$work" --only "${workloads[@]}" "${share[@]}"
files=("${workloads[@]/#/$work/}")
rm -f "$work/runs.jsonl"
"$python" ci/bench/run.py --jar "$cli" --package "$package" "${chosen[@]}" \
  --equal-workloads ${equal//,/ } --quality "$models/quality.json" \
  --workloads "${files[@]/%/.jsonl}" --repeat "$repeat" --results "$work/runs.jsonl" \
  | tee "$work/tables.md"
mv "$work/tables.md" ci/work/bench.md
mv "$work/runs.jsonl" ci/work/bench.jsonl
