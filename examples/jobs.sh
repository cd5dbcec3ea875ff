#!/usr/bin/env bash
# Runs a command of the jobs in a local Spark: examples/jobs.sh run PIPELINE.yaml. Needs no installed
# Spark, only what examples/quickstart.sh has built; on a cluster spark-submit does the same.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
class_path=$root/examples/target/classpath
main=${SPARK_LLAMA_MAIN:-io.sparkllama.jobs.Main}

if [[ ! -f $class_path ]]; then
  printf 'Cannot start: the project is not built. Run examples/quickstart.sh first.\n' >&2
  exit 1
fi
java_command=java
[[ -z ${JAVA_HOME:-} || ! -x ${JAVA_HOME:-}/bin/java ]] || java_command=$JAVA_HOME/bin/java

mkdir -p "$root/examples/work"
# By a file: ONNX Runtime 1.29 overflows its stack on a command line of many thousand characters.
printf -- '-cp "%s"\n' "$root/examples/target/classes:$(<"$class_path")" >"$root/examples/work/jobs-arguments"
RUST_FLAVOR=cpu exec "$java_command" -Xmx2g "@$root/examples/java-options" \
  '-Dspark.master=local[*]' -Dspark.databricks.delta.snapshotPartitions=2 \
  "-Dspark.sql.warehouse.dir=$root/examples/work/spark-warehouse" \
  "@$root/examples/work/jobs-arguments" "$main" "$@"
