#!/usr/bin/env bash
# How good sentiment, translations and summaries of models are in English, French and Spanish, or in
# the languages of one's own rows. Asks llama_sentiment, llama_translate and llama_summarize in SQL and
# prints Markdown tables; they are in ci/work/languages/table.md too. docs/languages.md explains them.
#
# Usage: ci/languages.sh [--data DIR] [--rows FILE.jsonl]... [--model NAME=PACKAGE]...
#                        [--learnt NAME=SOURCE]... [--most N] [--most-summaries N]
#
#   --data DIR           folder with sentiment, translation and summarization.jsonl.gz; default:
#                        ../shared/data, or none where --rows is given
#   --rows FILE          rows of one's own: {"task": "sentiment", "lang": "es", "text": "...",
#                        "expected": "positive"}; tasks are sentiment, summarize and translate,
#                        which also needs "to"; "source" names the rows in the table
#   --model NAME=PACKAGE what to measure, under which name; default: SmolLM2-135M-Instruct, and the
#                        same with the tasks adapter, converted once
#   --learnt NAME=SOURCE a model that has learnt to translate from these very rows: it is not
#                        measured on them
#   --most N             rows of each task, language and source; default: 500
#   --most-summaries N   the same for summaries; default: 178
#
# Example: ci/languages.sh --model mine=models/mine --rows reviews.jsonl
#
# Needs what examples/quickstart.sh has built, the network (PyPI) once, and 2 GB of free memory.
set -euo pipefail

readonly origin=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly work=ci/work/languages
readonly venv=ci/work/languages-venv
readonly python=$venv/bin/python
readonly cli=spark-llama/target/spark-llama-cli.jar
readonly adapter=examples/adapters/smollm2-135m-tasks
data=
models=()
given=()
learnt=()
most=()

help() {
  sed -n '2,24s/^# \{0,1\}//p' "$0"
}

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

named() {
  [[ $1 == ?*=?* ]] \
    || fail "Invalid option: found $1, expected NAME=VALUE. See ci/languages.sh --help"
}

# Paths are those of the folder that the script was started in.
absolute() {
  [[ $1 == /* || $1 == *://* ]] && printf '%s' "$1" || printf '%s/%s' "$origin" "$1"
}

read_options() {
  local other
  while (($# > 0)); do
    [[ $1 != --help && $1 != -h ]] || { help; exit 0; }
    (($# > 1)) || fail "Cannot read $1: it has no value. See ci/languages.sh --help"
    case $1 in
      --data) data=$(absolute "$2") ;;
      --rows) given+=(--rows "$(absolute "$2")") ;;
      --model)
        named "$2"
        for other in "${models[@]}"; do
          [[ ${other%%=*} != "${2%%=*}" ]] \
            || fail "Invalid option: found two models ${2%%=*}, expected one. Give each a name."
        done
        models+=("${2%%=*}=$(absolute "${2#*=}")")
        ;;
      --learnt)
        named "$2"
        learnt+=(--learnt "$2")
        ;;
      --most | --most-summaries) most+=("$1" "$2") ;;
      *) help >&2; exit 2 ;;
    esac
    shift 2
  done
}

make_venv() {
  [[ -x $python ]] || python3 -m venv "$venv"
  "$python" -c 'import lingua, numpy, sacrebleu, scipy, sklearn' 2>/dev/null \
    || "$venv/bin/pip" install --quiet --disable-pip-version-check \
      numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 sacrebleu==2.6.0 \
      lingua-language-detector==2.1.1
}

# convert NAME [OPTION...]: a package of SmolLM2; the folder appears when it is whole.
convert() {
  local package=$work/models/$1 gguf
  shift
  [[ -d $package ]] && return
  gguf=$(examples/fetch-smollm2.sh)
  java -jar "$cli" convert "$gguf" "$package" "$@" >"$work/log" 2>&1 \
    || fail "Failed to convert $gguf:" "$(tail -n 2 "$work/log")"
}

default_models() {
  mkdir -p "$work/models"
  convert smollm2
  convert smollm2-tasks --merge-adapter "$adapter" --prompts "$adapter/prompts.json"
  models=("SmolLM2-135M=$work/models/smollm2" "with tasks adapter=$work/models/smollm2-tasks")
  # The adapter's training rows are among them, and nobody knows which they are.
  learnt+=(--learnt "with tasks adapter=tatoeba-2019-en-fr")
}

# ask PACKAGE ANSWERS: the answers appear as JSON.
ask() {
  local statements
  statements=$("$python" ci/languages/statements.py "$work/rows.jsonl" "$1" "$2")
  mapfile -t statements <<<"$statements"
  examples/sql.sh "${statements[@]}" >"$work/log" 2>&1 \
    || fail "Failed to ask $1:" "$(grep -m 3 -E '(Cannot|Invalid|Failed) ' "$work/log" \
      || tail -n 3 "$work/log")" "The whole log is $work/log."
}

read_options "$@"
[[ -n $data || ${#given[@]} -gt 0 ]] || data=$PWD/../shared/data
[[ -z $data ]] || given+=(--data "$data" --posts ci/languages/posts.jsonl)
[[ -f examples/target/classpath && -f $cli ]] \
  || fail 'Cannot start: the project is not built. Run examples/quickstart.sh first.'
make_venv
rm -rf "$work/answers"
mkdir -p "$work/answers"
"$python" ci/languages/rows.py --output "$work/rows.jsonl" "${given[@]}" "${most[@]}"
((${#models[@]} > 0)) || default_models
answers=()
for number in "${!models[@]}"; do
  printf 'Asking %s\n' "${models[number]%%=*}" >&2
  ask "${models[number]#*=}" "$work/answers/$number"
  answers+=(--answers "${models[number]%%=*}=$work/answers/$number")
done
"$python" ci/languages/table.py --rows "$work/rows.jsonl" "${answers[@]}" "${learnt[@]}" \
  >"$work/table.md.part"
mv "$work/table.md.part" "$work/table.md"
cat "$work/table.md"
