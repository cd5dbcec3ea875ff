#!/usr/bin/env bash
# Long runs that no test does: many rows, a large model, long contexts, all of memory.
#
# Usage: ci/soak.sh [MODE] [ROWS]
#   generate  ROWS (100000) rows through the tiny model: every row is answered, and the process's
#             memory stays within 5 % of what it was after the first tenth
#   score     the same with label scores
#   cancel    rows, engines and processes ended in passes of 2,000 tokens of a 1.2 B model
#   kill      Spark jobs and stages killed while the same model reads and writes
#   context   answers behind up to 131,072 tokens of a small model with llama3 scaling
#   constraint  how long it takes to find the tokens that a JSON schema allows, with the tokenizer.json
#             of a released Llama 3 in LLAMA3_TOKENIZER
#   partition ROWS (5000) rows of a mebibyte, of which the call uses a few bytes, as one partition of
#             Spark in a heap of 1 GiB
#   group     ROWS (10000) rows of 256 KiB of text in one group of an aggregate, in a heap of 1 GiB
#   memory    the memory that an engine states against the peak of the process
#   sql       sentiments of 20,000 rows of the JSON lines in POSTS (text, label, source), joined,
#             filtered, grouped and written to Delta in one query; each row is asked for once
#   pipeline-kill    ROWS (20000) rows through a pipeline in ROUNDS (20) runs, each killed with -9 at a
#             random moment, the driver or an executor: no row lost or doubled, requests within 105 %
#   pipeline-nights  ROWS (20000) rows, then three nights on which the table grows, changes and shrinks:
#             requests are the rows that changed, the sink is a full recomputation
#   pipeline-million ROWS (1000000) short rows in a heap of 1 GiB, with the rate of each tenth
# memory and context need SmolLM2's GGUF file in MODEL_GGUF, or examples/quickstart.sh's download;
# context also a Python with transformers in PYTHON, or ci/quality.sh's environment.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly mode=${1:-generate}
readonly work=examples/work/soak
readonly cli=$PWD/spark-llama/target/spark-llama-cli.jar
readonly fixtures=spark-llama/src/test/resources/tiny-llama3
readonly smollm2=${MODEL_GGUF:-examples/work/models/SmolLM2-135M-Instruct.Q4_1.gguf}
readonly python=${PYTHON:-ci/work/quality-venv/bin/python}

fail() {
  echo "Failed: $*" >&2
  exit 1
}

convert() { # SOURCE TARGET [OPTION...]
  java -jar "$cli" convert "$@" --examination none >"$work/convert.log" 2>&1 ||
    { cat "$work/convert.log" >&2; fail "cannot convert $1."; }
}

rows() { # MODE ROWS
  convert "$fixtures/gguf/tiny-Q8_0.gguf" "$work/model"
  python3 ci/soak/rows.py "$2" >"$work/input.jsonl"
  java -Xms256m -Xmx256m -XX:+AlwaysPreTouch -jar "$cli" "$1" --model "$work/model" \
    --input "$work/input.jsonl" >"$work/output.jsonl" 2>"$work/errors.log" &
  pid=$! # not local: the trap outlives this function
  trap 'kill "$pid" 2>/dev/null || true' EXIT
  local first=0 peak=0 rss done_rows
  while kill -0 "$pid" 2>/dev/null; do
    sleep 2
    rss=$(ps -o rss= -p "$pid" || echo 0)
    done_rows=$(wc -l <"$work/output.jsonl")
    printf '%s rows, %s MiB\n' "$done_rows" $((rss / 1024))
    if ((done_rows * 10 < $2 || first == 0)); then
      first=$((rss > first ? rss : first))
    fi
    peak=$((rss > peak ? rss : peak))
  done
  wait "$pid"
  local answered
  answered=$(grep -vc '"error":"' "$work/output.jsonl" || true)
  printf 'answered %s of %s; memory %s MiB after the first tenth, at most %s MiB\n' \
    "$answered" "$2" $((first / 1024)) $((peak / 1024))
  ((answered == $2)) || fail 'rows without an answer.'
  ((peak * 100 <= first * 105)) || fail 'memory grew by more than 5 %.'
}

cancel() {
  python3 ci/large_model.py "$work/large" --tokenizer "$fixtures/hf"
  convert "$work/large" "$work/model" --precision int8
  rm -rf "$work/large"
  java -cp "$cli" ci/soak/CancelTimes.java "$work/model" 10 2>"$work/errors.log" | tee "$work/table"
  python3 ci/soak/signals.py "$cli" "$work/model" 5 | tee -a "$work/table"
  awk '/at most/ && $(NF - 1) > 2 { late = 1 } END { exit late }' "$work/table" ||
    fail 'more than 2 s.'
}

kill_jobs() {
  local class_path=examples/target/classpath
  [[ -f $class_path && -d examples/target/classes ]] || mvn -B -ntp -q -DskipTests package
  python3 ci/large_model.py "$work/large" --tokenizer "$fixtures/hf"
  convert "$work/large" "$work/model" --precision int8
  rm -rf "$work/large"
  printf -- '-cp "%s"\n' "examples/target/classes:$(<"$class_path")" >"$work/java-arguments"
  RUST_FLAVOR=cpu java -Xmx2g @examples/java-options "@$work/java-arguments" \
    ci/soak/KillTimes.java "$work/model" 5 2>"$work/errors.log" | tee "$work/table"
  awk '/at most/ && $(NF - 1) > 2 { late = 1 } END { exit late }' "$work/table" ||
    fail 'more than 2 s.'
}

context() {
  [[ -f $smollm2 ]] || fail "no $smollm2; run examples/quickstart.sh or set MODEL_GGUF."
  [[ -x $python ]] || fail "no $python with transformers; run ci/quality.sh or set PYTHON."
  python3 -c 'import random
random.seed(1)
print(*[random.randrange(300, 4000) for _ in range(131072)])' >"$work/ids"
  convert "$smollm2" "$work/smollm2" --precision w8a8
  python3 ci/large_model.py "$work/small" --shape small --tokenizer "$fixtures/hf"
  convert "$work/small" "$work/long" --precision fp32
  local times=(java -Xms256m -Xmx256m -XX:+AlwaysPreTouch -cp "$cli" ci/soak/ContextTimes.java)
  echo 'SmolLM2, w8a8'
  "${times[@]}" "$work/smollm2" "$work/ids" 8192 2>"$work/errors.log" | tee "$work/table"
  echo 'a made-up model of 2 layers with llama3 scaling, fp32'
  "${times[@]}" "$work/long" "$work/ids" 131072 20000 "$work/scores" 2>>"$work/errors.log" |
    tee -a "$work/table"
  awk '/^stated/ { if ($2 / $5 < 0.9 || $2 / $5 > 1.1) off = 1 } END { exit off }' "$work/table" ||
    fail 'memory is more than 10 % off what was stated.'
  "$python" ci/soak/context.py "$work/small" "$work/ids" 20000 "$work/scores"
}

constraint() {
  [[ -f ${LLAMA3_TOKENIZER:-} ]] || fail 'no tokenizer.json in LLAMA3_TOKENIZER.'
  java -cp "$cli" ci/soak/ConstraintTimes.java "$fixtures/genai-int4" "$LLAMA3_TOKENIZER" 2>"$work/errors.log"
}

partition() { # CLASS ROWS
  local class_path=examples/target/classpath
  [[ -f $class_path && -d examples/target/classes ]] || mvn -B -ntp -q -DskipTests package
  printf -- '-cp "%s"\n' "examples/target/classes:$(<"$class_path")" >"$work/java-arguments"
  RUST_FLAVOR=cpu java -Xmx1g @examples/java-options '-Dspark.master=local[2]' \
    -Dspark.ui.enabled=false "-Dspark.sql.warehouse.dir=$work/spark-warehouse" \
    "@$work/java-arguments" "ci/soak/$1.java" "$PWD/$fixtures/genai-int4" \
    "$work/partition" "$2" 2>"$work/errors.log" || { tail -5 "$work/errors.log" >&2; fail 'no result.'; }
}

memory() {
  [[ -f $smollm2 ]] || fail "no $smollm2; run examples/quickstart.sh or set MODEL_GGUF."
  local precision packages=("tiny, onnxruntime-genai int4=$fixtures/genai-int4")
  for precision in w8a8 int8 int4 fp32; do
    convert "$smollm2" "$work/$precision" --precision "$precision"
    packages+=("SmolLM2, $precision=$work/$precision")
  done
  tar -xJf "$fixtures/genai-fp32.tar.xz" -C "$work"
  tar -xJf "$fixtures/optimum-fp32.tar.xz" -C "$work"
  packages+=("tiny, onnxruntime-genai fp32=$work/genai-fp32" "tiny, Optimum fp32=$work/optimum-fp32")
  python3 ci/soak/memory.py "$cli" "${packages[@]}"
}

sql() { # ROWS
  [[ -n ${POSTS:-} ]] || fail 'POSTS names no file of JSON lines.'
  local class_path=examples/target/classpath
  [[ -f $class_path && -d examples/target/classes ]] || mvn -B -ntp -q -DskipTests package
  # By a file: ONNX Runtime 1.29 overflows its stack on a command line of many thousand characters.
  printf -- '-cp "%s"\n' "examples/target/classes:$(<"$class_path")" >"$work/java-arguments"
  RUST_FLAVOR=cpu java -Xmx2g @examples/java-options '-Dspark.master=local[2]' \
    "-Dspark.sql.warehouse.dir=$work/spark-warehouse" "@$work/java-arguments" \
    io.sparkllama.examples.OneQuery "$fixtures/genai-int4" "$POSTS" "$PWD/$work/sentiments" "$1" \
    2>"$work/errors.log" || { tail -20 "$work/errors.log" >&2; fail 'rows were not asked for once.'; }
}

pipeline() { # HEAP CLASS ARGUMENT...
  local heap=$1 class=$2 class_path=jobs/target/test-classpath
  shift 2
  mvn -B -ntp -q -pl jobs -am test-compile org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -DincludeScope=test \
    -Dmdep.outputFile="$PWD/$class_path"
  printf -- '-cp "%s"\n' "$PWD/jobs/target/test-classes:$PWD/jobs/target/classes:$(<"$class_path")" >"$work/java-arguments"
  RUST_FLAVOR=cpu java "-Xmx$heap" @examples/java-options "-Dfixtures=$PWD/spark-llama/src/test/resources" \
    "@$work/java-arguments" "io.sparkllama.jobs.pipeline.$class" "$@" 2>"$work/errors.log" ||
    { tail -5 "$work/errors.log" >&2; fail 'not as it must be.'; }
}

if [[ $mode == -h || $mode == --help ]]; then
  sed -n '2,25s/^# \?//p' "$0"
  exit 0
fi
rm -rf "$work"
mkdir -p "$work"
[[ -f $cli ]] || mvn -B -ntp -q -DskipTests -pl spark-llama package
case $mode in
  generate | score) rows "$mode" "${2:-100000}" ;;
  cancel) cancel ;;
  kill) kill_jobs ;;
  context) context ;;
  constraint) constraint ;;
  partition) partition PartitionRows "${2:-5000}" ;;
  group) partition GroupRows "${2:-10000}" ;;
  memory) memory ;;
  pipeline-kill) pipeline 2g KillRounds "$work/pipelines" "${ROUNDS:-20}" "${2:-20000}" "${SEED:-1}" ;;
  pipeline-nights) pipeline 2g Nights "$work/pipelines" "${2:-20000}" ;;
  pipeline-million) pipeline 1g ManyRows "$work/pipelines" "${2:-1000000}" ;;
  sql) sql "${2:-20000}" ;;
  *) fail "no mode '$mode'; ci/soak.sh --help lists them." ;;
esac
