#!/usr/bin/env bash
# Runs every command of README.md as it stands there, but for those of its first section, which
# .ci/run runs, and for push and pull, which ci/hub.sh runs with a hub of this machine. Needs what
# examples/quickstart.sh has built and converted, a processor with VNNI, the network for Delta, and
# spark-submit of Spark 4.2: in $SPARK_HOME, or what ci/python.sh has fetched.
#
# Usage: ci/readme.sh
set -euo pipefail

if (($# > 0)); then
  sed -n '2,7s/^# \{0,1\}//p' "$0"
  [[ $1 == --help || $1 == -h ]] && exit 0 || exit 2
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly root=$PWD work=$PWD/ci/work/readme
if [[ -z ${SPARK_HOME:-} ]]; then
  SPARK_HOME=$(ci/work/pyspark-venv/bin/python -c 'import pyspark; print(*pyspark.__path__)')
  export PYSPARK_PYTHON=$root/ci/work/pyspark-venv/bin/python
fi
export SPARK_HOME PATH="$SPARK_HOME/bin:$PATH" RUST_FLAVOR=cpu SPARK_LOCAL_IP=127.0.0.1
# As README.md says of "download failed": Maven leaves POMs without jars in ~/.m2.
mkdir -p ci/work/spark-home
export SPARK_SUBMIT_OPTS=-Duser.home=$root/ci/work/spark-home

# The blocks of one language from the section `## Jobs` on, or all of them.
blocks() {
  awk -v language="$1" -v from="${2:-}" '
    from == "" || $0 == from { started = 1 }
    started && $0 == "```" language { inside = 1; next }
    $0 == "```" { inside = 0 }
    inside' "$root/README.md"
}

# Paths of README.md are those of the repository's root; what the commands write stays here.
rm -rf "$work"
mkdir -p "$work/models"
cd "$work"
ln -s "$root"/{examples,jobs,spark-llama} .
cat >people.jsonl <<'LINES'
{"id": 1, "prompt": "Ann is 40 years old."}
{"id": 2, "prompt": "Bob does not tell his age."}
LINES
cat >person.json <<'SCHEMA'
{"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
 "required": ["name", "age"]}
SCHEMA

echo '== spark-sql, with the first statement'
statement=$(blocks sql | awk 'NF == 0 || /^```/ { exit } { print }' | head -1)
blocks bash | grep '^spark-sql ' >spark-sql.sh
printf 'CREATE TEMPORARY VIEW posts AS SELECT * FROM json.`examples/data/posts.jsonl` LIMIT 5;\n%s;\n' \
  "$statement" | bash -euo pipefail spark-sql.sh >answers.tsv
answered=$(grep -c -E 'positive|negative|neutral' answers.tsv)
[[ $answered == 5 ]] || { echo "Failed: found $answered answers, expected 5." >&2; exit 1; }

echo '== the pipeline of the page is one that can run'
blocks yaml >page.yaml
examples/jobs.sh validate page.yaml

echo '== jobs, pipelines and the command line'
source=$root/spark-llama/src/test/resources/tiny-llama3/hf
blocks bash '## Jobs' | sed '/ hub:/d' |
  sed "s|convert MODEL |convert $source |; s|/tmp/sentiment|$work/sentiment|" >commands.sh
bash -euo pipefail -x commands.sh | tee output.txt
for id in 1 2; do
  grep -q "\"id\":$id,.*\"text\":\"{" output.txt ||
    { echo "Failed: no answer of the schema for line $id." >&2; exit 1; }
done
