#!/usr/bin/env bash
# What the way through Spark SQL costs: llama_sentiment over posts in a local[2] session beside the
# same texts given to an engine directly, in one process, in turns after a warm-up. Prints the ratio.
#
# Usage: ci/overhead.sh MODEL_DIR POSTS.jsonl [ROWS] [ROUNDS]     default: 200 rows, 5 rounds
#
# Example: ci/overhead.sh ci/work/quality/w8a8 examples/data/posts.jsonl
set -euo pipefail

if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  sed -n '2,7s/^# \{0,1\}//p' "$0"
  exit 0
fi
if (($# < 2)); then
  sed -n '5s/^# //p' "$0" >&2
  exit 2
fi
model=$(realpath "$1")
posts=$(realpath "$2")
readonly model posts rows=${3:-200} rounds=${4:-5}
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly work=ci/work/overhead class_path=examples/target/classpath
mkdir -p "$work"
[[ -f $class_path && -d examples/target/classes ]] || mvn -B -ntp -q -DskipTests package
printf -- '-cp "%s"\n' "examples/target/classes:$(<"$class_path")" >"$work/java-arguments"
RUST_FLAVOR=cpu java -Xmx2g @examples/java-options '-Dspark.master=local[2]' \
  "-Dspark.sql.warehouse.dir=$work/spark-warehouse" "@$work/java-arguments" \
  io.sparkllama.examples.SqlOverhead "$model" "$posts" "$rows" "$rounds"
