#!/usr/bin/env bash
# Runs every command of docs/pipelines.md as it stands there, and checks the examples beside it.
# Needs what examples/quickstart.sh has built and converted; takes some minutes.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
rm -rf examples/work/tutorial

commands=$(mktemp)
trap 'rm -f "$commands"' EXIT
awk '/^```bash$/ { inside = 1; next } /^```$/ { inside = 0 } inside' docs/pipelines.md >"$commands"
bash -euo pipefail -x "$commands"

# The page shows the pipeline as the file has it.
diff <(awk '/^```yaml$/ { inside = 1; next } /^```$/ { inside = 0 } inside' docs/pipelines.md) \
  <(grep -v '^#' examples/pipelines/daily.yaml)

python3 ci/check_tutorial.py examples/work/tutorial examples/data
python3 -m py_compile examples/schedule/airflow_dag.py
python3 -m json.tool examples/schedule/databricks_job.json >/dev/null
