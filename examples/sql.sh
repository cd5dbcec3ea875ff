#!/usr/bin/env bash
# Runs SQL statements in a local Spark with Delta and shows what they give: examples/sql.sh 'SELECT 1'.
# Needs no installed Spark; with one, spark-sql does the same.
set -euo pipefail

SPARK_LLAMA_MAIN=io.sparkllama.examples.Sql exec "$(dirname "${BASH_SOURCE[0]}")/jobs.sh" "$@"
