#!/usr/bin/env bash
# Calls every function from PySpark and from a client of Spark Connect, with the jar that users put on
# Spark's class path, and compares the answers with those of spark-sql, which runs no Python. Runs
# the Python examples of README.md and docs. Gets PySpark with pip, some 450 MB.
#
# Usage: ci/python.sh
set -euo pipefail

if (($# > 0)); then
  sed -n '2,6s/^# \{0,1\}//p' "$0"
  [[ $1 == --help || $1 == -h ]] && exit 0 || exit 2
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly version=4.2.0 port=15102
readonly work=ci/work/python jar=jobs/target/spark-llama.jar
readonly model=spark-llama/src/test/resources/tiny-llama3/genai-int4
readonly venv=ci/work/pyspark-venv
mkdir -p "$work"

[[ -f $jar ]] || mvn -B -ntp -q -DskipTests -pl udfs,jobs -am package
if ! "$venv/bin/python" -c "import pyspark; assert pyspark.__version__ == '$version'" 2>/dev/null; then
  python3 -m venv --clear "$venv"
  "$venv/bin/pip" install -q "pyspark[connect]==$version"
fi
# What the environment says of another Spark does not count here.
unset SPARK_HOME SPARK_CONF_DIR SPARK_REMOTE PYTHONPATH
export PATH="$PWD/$venv/bin:$PATH" RUST_FLAVOR=cpu
export SPARK_LOCAL_IP=127.0.0.1 PYSPARK_PYTHON=$PWD/$venv/bin/python
spark_home=$(python -c 'import pyspark, pathlib; print(pathlib.Path(pyspark.__file__).parent)')
export SPARK_HOME=$spark_home
readonly settings=(
  --master 'local[2]' --jars "$jar"
  --conf "spark.llama.model=$model"
  --conf spark.ui.enabled=false
  --conf spark.sql.catalogImplementation=in-memory
  --conf "spark.sql.warehouse.dir=$PWD/$work/warehouse"
)

spark-sql "${settings[@]}" -e "$(python ci/python/calls.py)" \
  >"$work/expected.jsonl" 2>"$work/spark-sql.log" || { tail -20 "$work/spark-sql.log" >&2; exit 1; }

python ci/python/check.py "$work/expected.jsonl" "$model" "$jar" 2>"$work/classic.log" ||
  { tail -20 "$work/classic.log" >&2; exit 1; }

# spark-submit, so that the server is this process's child and ends with it.
: >"$work/server.log"
spark-submit "${settings[@]}" --conf "spark.connect.grpc.binding.port=$port" \
  --class org.apache.spark.sql.connect.service.SparkConnectServer \
  "$(echo "$SPARK_HOME"/jars/spark-connect_*.jar)" >"$work/server.log" 2>&1 &
readonly server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
for ((second = 0; second < 60; second++)); do
  grep -q 'Spark Connect server started' "$work/server.log" && break
  kill -0 "$server" 2>/dev/null || { tail -20 "$work/server.log" >&2; exit 1; }
  sleep 1
done
python ci/python/check.py "$work/expected.jsonl" "$model" "$jar" "sc://127.0.0.1:$port" \
  2>"$work/connect.log" || { tail -20 "$work/connect.log" >&2; exit 1; }
