#!/usr/bin/env bash
# Runs the commands of docs/deploy.md for a standalone cluster as they stand there, on one of this
# machine, and validates the Kubernetes manifest against the schemas. Needs what
# examples/quickstart.sh has built and converted, the network for Delta, and Spark 4.2: in
# $SPARK_HOME, or what ci/python.sh has fetched.
#
# Usage: ci/deploy.sh
set -euo pipefail

if (($# > 0)); then
  sed -n '2,7s/^# \{0,1\}//p' "$0"
  [[ $1 == --help || $1 == -h ]] && exit 0 || exit 2
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly work=$PWD/ci/work/deploy venv=ci/work/deploy-venv version=1.37.0
if [[ -z ${SPARK_HOME:-} ]]; then
  SPARK_HOME=$(ci/work/pyspark-venv/bin/python -c 'import pyspark; print(*pyspark.__path__)')
fi
export SPARK_HOME PATH="$SPARK_HOME/bin:$PATH" RUST_FLAVOR=cpu SPARK_LOCAL_IP=127.0.0.1
# As README.md says of "download failed": Maven leaves POMs without jars in ~/.m2.
mkdir -p ci/work/spark-home
export SPARK_SUBMIT_OPTS=-Duser.home=$PWD/ci/work/spark-home
rm -rf "$work" examples/work/cluster
mkdir -p "$work"

echo '== the manifest is one that Kubernetes takes'
if ! "$venv/bin/kubernetes-validate" --version 2>/dev/null | grep -q "$version"; then
  python3 -m venv --clear "$venv"
  "$venv/bin/pip" install -q "kubernetes-validate==$version"
fi
for kubernetes in 1.30 1.37; do
  "$venv/bin/kubernetes-validate" --strict -k "$kubernetes" examples/kubernetes/nightly.yaml
done

echo '== a standalone cluster'
# Spark from PyPI has no scripts that start daemons: the same classes run here in the foreground.
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true' EXIT
start() { # CLASS ARGUMENT...
  : >"$work/${1##*.}.log"
  spark-class "$@" >>"$work/${1##*.}.log" 2>&1 &
  pids+=($!)
  for ((second = 0; second < 60; second++)); do
    grep -q -E 'Started daemon|Successfully registered|I have been elected' "$work/${1##*.}.log" &&
      return
    sleep 1
  done
  tail -20 "$work/${1##*.}.log" >&2
  return 1
}
awk '$0 == "## Standalone" { section = 1; next } /^## / { section = 0 }
  section && $0 == "```bash" { inside = 1; next } $0 == "```" { inside = 0 } section && inside' \
  docs/deploy.md >"$work/standalone.sh"
arguments() { # SCRIPT
  sed -n "s|.*/sbin/$1 ||p" "$work/standalone.sh"
}
read -r -a master < <(arguments start-master.sh)
read -r -a worker < <(arguments start-worker.sh)
start org.apache.spark.deploy.master.Master "${master[@]}"
start org.apache.spark.deploy.worker.Worker "${worker[@]}" --work-dir "$work/worker"
sed '/\/sbin\//d' "$work/standalone.sh" >"$work/submit.sh"
bash -euo pipefail "$work/submit.sh" >"$work/submit.out" 2>"$work/submit.log" ||
  { tail -20 "$work/submit.log" >&2; exit 1; }
cat "$work/submit.out"
[[ -d examples/work/cluster/sentiment/_delta_log ]] ||
  { echo 'Failed: found no table, expected one at examples/work/cluster/sentiment.' >&2; exit 1; }
grep -q 'spark.llama\|io.sparkllama' "$work"/worker/*/*/stderr ||
  { echo 'Failed: found no word of the plugin in the log of an executor.' >&2; exit 1; }
echo 'Ran on a standalone cluster.'
