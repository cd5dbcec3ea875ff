#!/usr/bin/env bash
# How far packages of SmolLM2 deviate from fp32 values, and how large they are: ours beside those of
# llama.cpp, OpenVINO GenAI, onnxruntime-genai's builder and transformers, all made from the same
# dequantized GGUF file. Prints a Markdown table and writes it to ci/work/quality.md, and the figures
# to ci/work/quality/quality.json for ci/bench.sh. What exists is not made again.
#
# Usage: ci/quality.sh --text FILE.jsonl.gz... [--tokens N] [--packages DIR]
#                      [--onnx NAME=FOLDER]... [--gguf NAME=FILE]...
#
#   --text FILE...     held-out text: lines with `source`, `split` (rows of `val` are taken) and
#                      `text`, `text` and `summary`, or `src` and `tgt`
#   --tokens N         how much of it, in windows of 256 tokens; default: 20480
#   --packages DIR     where our packages lie, a folder for each precision, and missing ones are
#                      made; default: ci/work/quality
#   --onnx, --gguf     more packages to measure
#
# Example: ci/quality.sh --text reviews.jsonl.gz --tokens 4096 --gguf q8=SmolLM2-135M.Q8_0.gguf
#
# Needs the network (PyPI) and a C++ compiler once, about 10 GB of disk, and some minutes.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly precisions=(fp32 w8a8 int8 int4 mixed)
readonly llama_types=(Q4_0 Q4_K_M Q8_0)
readonly openvino_types=(Q4_0 Q8_0)
readonly genai_precisions=(int4 int8)
readonly work=ci/work/quality
readonly report=ci/work/quality.md
readonly venv=ci/work/quality-venv
readonly python=$venv/bin/python
readonly cli=spark-llama/target/spark-llama-cli.jar
texts=()
tokens=20480
packages=$work
models=()
left_out=()

help() {
  sed -n '2,20s/^# \{0,1\}//p' "$0"
}

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

read_options() {
  while (($# > 0)); do
    [[ $1 != --help && $1 != -h ]] || { help; exit 0; }
    (($# > 1)) || fail "Cannot read $1: it has no value. See ci/quality.sh --help"
    case $1 in
      --text)
        while (($# > 1)) && [[ $2 != --* ]]; do
          texts+=("$2")
          shift
        done
        shift
        continue
        ;;
      --tokens) tokens=$2 ;;
      --packages) packages=$2 ;;
      --onnx | --gguf) models+=("$1" "$2") ;;
      *) help >&2; exit 2 ;;
    esac
    shift 2
  done
  ((${#texts[@]} > 0)) || fail 'Cannot measure without text. Name a file with --text.'
  for text in "${texts[@]}"; do
    [[ -f $text ]] || fail "Cannot read $text: there is no such file. Name one with --text."
  done
}

make_venv() {
  [[ -x $python ]] || python3 -m venv "$venv"
  "$python" -c 'import gguf, llama_cpp, onnx_ir, onnxruntime_genai, openvino_genai, torch, transformers' 2>/dev/null \
    || "$venv/bin/pip" install --quiet --disable-pip-version-check \
      numpy==2.4.6 gguf==0.19.0 onnx==1.23.2 onnx-ir==1.1.0 onnxruntime==1.32.0 \
      onnxruntime-genai==0.18.0 torch==2.15.0 transformers==5.23.0 tokenizers==0.23.3 \
      safetensors==0.8.0 llama-cpp-python==0.3.36 openvino-genai==2026.4.1
}

# Runs a command quietly; its words come when it fails.
quietly() {
  local log=$work/log
  "$@" >"$log" 2>&1 || { sed -n '1,2p;$p' "$log" >&2; return 1; }
}

convert_all() {
  local precision
  for precision in "${precisions[@]}"; do
    if [[ ! -d $packages/$precision ]] \
      && ! quietly java -jar "$cli" convert "$gguf" "$packages/$precision" --precision "$precision"; then
      [[ $precision != fp32 ]] || fail 'Cannot measure without the fp32 package.'
      left_out+=("$precision")
    elif [[ $precision != fp32 ]]; then
      models+=(--onnx "$precision=$packages/$precision")
    fi
  done
}

make_llama_peers() {
  local type
  [[ -f $work/F32.gguf ]] || quietly "$python" ci/quality.py f32 --gguf "$gguf" --output "$work/F32.gguf"
  models+=(--gguf "llama.cpp F32=$work/F32.gguf")
  for type in "${llama_types[@]}"; do
    [[ -f $work/$type.gguf ]] \
      || quietly "$python" ci/quality.py quantize --gguf "$work/F32.gguf" --type "$type" \
        --output "$work/$type.gguf"
    models+=(--gguf "llama.cpp $type=$work/$type.gguf")
  done
  for type in "${openvino_types[@]}"; do
    models+=(--openvino "OpenVINO GenAI $type=$work/$type.gguf")
  done
}

make_transformers_peer() {
  local folder=$work/transformers
  if [[ ! -d $folder ]]; then
    rm -rf "$folder.part"
    quietly "$python" ci/quality.py folder --gguf "$gguf" \
      --tokenizer "$packages/fp32/tokenizer.json" --output "$folder.part"
    mv "$folder.part" "$folder"
  fi
  models+=(--transformers "transformers bf16=$folder")
}

make_genai_peers() {
  local precision folder
  for precision in "${genai_precisions[@]}"; do
    folder=$work/genai-$precision
    if [[ ! -d $folder ]]; then
      rm -rf "$folder.part"
      quietly env HF_HUB_OFFLINE=1 "$python" -m onnxruntime_genai.models.builder \
        -i "$work/transformers" -o "$folder.part" -p "$precision" -e cpu -c "$work/cache"
      mv "$folder.part" "$folder"
      rm -rf "$work/cache"
    fi
    models+=(--onnx "onnxruntime-genai $precision=$folder")
  done
}

measure() {
  "$python" ci/quality.py measure --reference "$packages/fp32" --text "${texts[@]}" \
    --tokens "$tokens" --json "$work/quality.json" "${models[@]}"
  ((${#left_out[@]} == 0)) || printf '\nLeft out, for they could not be converted: %s.\n' "${left_out[*]}"
}

read_options "$@"
mkdir -p "$work" "$packages"
make_venv
[[ -f $cli ]] || mvn -B -ntp -q -DskipTests -pl spark-llama package
gguf=$(examples/fetch-smollm2.sh)
readonly gguf
convert_all
make_llama_peers
make_transformers_peer
make_genai_peers
measure >"$report.part"
mv "$report.part" "$report"
cat "$report"
