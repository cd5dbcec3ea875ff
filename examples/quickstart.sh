#!/usr/bin/env bash
# From a fresh checkout to sentiment, summaries and translations in Delta tables.
set -euo pipefail

usage() {
  cat <<'HELP'
Usage: examples/quickstart.sh [--model smollm2|tiny|PATH] [--fresh] [--help]

Builds the project, gets a model, and runs sentiment, summaries and translations over the sample
data in examples/data with a local Spark. The Delta tables are then in examples/work/tables.

  --model smollm2   SmolLM2-135M-Instruct with this project's tasks adapter (default). The first
                    run downloads 90 MB with pip.
  --model tiny      The 2.4 M parameter test model of this repository: no download, no Python,
                    no sense in its answers. For trying the machinery only.
  --model PATH      Any model package: a folder, or the URI of one.
  --fresh           Build, convert and write the tables anew; downloads are kept.
  --help            This text.

Needs a JDK of version 17 or later and Maven; for smollm2 also Python 3 with pip. A second run uses
the build, the download and the converted model of the first.
HELP
}

fail() {
  printf '\n%s\n' "$1" >&2
  shift
  (($# == 0)) || printf '%s\n' "$@" >&2
  exit 1
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root
readonly work=$root/examples/work
readonly cli=$root/spark-llama/target/spark-llama-cli.jar
readonly classes=$root/examples/target/classes
readonly class_path=$root/examples/target/classpath
readonly adapter=$root/examples/adapters/smollm2-135m-tasks
readonly tiny_gguf=$root/spark-llama/src/test/resources/tiny-llama3/gguf/tiny-Q8_0.gguf

model=smollm2
fresh=no
while (($# > 0)); do
  case $1 in
    --model)
      (($# > 1)) || fail 'Cannot start: --model needs a value.' 'Give smollm2, tiny, or the path of a model package.'
      model=$2
      shift 2
      ;;
    --model=*)
      model=${1#--model=}
      shift
      ;;
    --fresh)
      fresh=yes
      shift
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) fail "Cannot start: unknown argument $1." 'Run examples/quickstart.sh --help.' ;;
  esac
done
[[ -n $model ]] || fail 'Cannot start: --model is empty.' 'Give smollm2, tiny, or the path of a model package.'

child=
stop() {
  trap - INT TERM
  if [[ -n $child ]]; then
    kill -TERM "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  fi
  printf '\nStopped. Run the same command again: what was finished is used again.\n' >&2
  exit 130
}
trap stop INT TERM

# Runs a command so that Ctrl-C reaches it at once and this script tells what happened.
run() {
  local status=0
  "$@" &
  child=$!
  wait "$child" || status=$?
  child=
  return "$status"
}

times=()
step() {
  local title=$1 start=$SECONDS
  shift
  printf '== %s\n' "$title"
  "$@"
  times+=("$(printf '%-34s %4d s' "$title" $((SECONDS - start)))")
}

java_command=java
[[ -z ${JAVA_HOME:-} || ! -x ${JAVA_HOME:-}/bin/java ]] || java_command=$JAVA_HOME/bin/java

require_java() {
  command -v "$java_command" >/dev/null \
    || fail 'Cannot start: there is no java command.' \
      'Install a JDK of version 17 or later (Debian and Ubuntu: apt install openjdk-17-jdk-headless), or set JAVA_HOME.'
  local version
  version=$("$java_command" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
  [[ ${version:-0} -ge 17 ]] \
    || fail "Cannot start: java is version ${version:-unknown}, expected 17 or later." \
      'Install a newer JDK, or set JAVA_HOME to one.'
}

is_built() {
  [[ -f $cli && -f $class_path && -d $classes ]] || return 1
  local entry newer
  while IFS= read -r entry; do
    [[ -e $entry ]] || return 1
  done < <(tr ':' '\n' <"$class_path")
  newer=$(find "$root/pom.xml" "$root"/{spark-llama,udfs,jobs,examples}/pom.xml \
    "$root"/{spark-llama,udfs,jobs,examples}/src/main -type f -newer "$class_path" -print -quit)
  [[ -z $newer ]]
}

build() {
  if [[ $fresh == no ]] && is_built; then
    echo 'Built already.'
    return
  fi
  command -v mvn >/dev/null \
    || fail 'Cannot build: there is no mvn command.' 'Install Maven 3.8 or later (Debian and Ubuntu: apt install maven).'
  command -v javac >/dev/null || [[ -x ${JAVA_HOME:-}/bin/javac ]] \
    || fail 'Cannot build: there is a java but no javac command.' 'Install a JDK, not only a JRE.'
  echo 'Building with Maven; the first time it also downloads Spark, which takes some minutes.'
  mkdir -p "$work"
  run mvn -B -ntp -q -f "$root/pom.xml" -DskipTests package >"$work/build.log" 2>&1 \
    || fail 'Failed to build. The first errors:' "$(grep -m 5 '^\[ERROR\]' "$work/build.log" | cut -c1-300 || tail -n 5 "$work/build.log")" \
      "The whole log is $work/build.log. Check the network if it speaks of downloads, then run this again."
  # Maven leaves the file alone where the class path is the same as before.
  touch "$class_path"
}

get_smollm2() {
  "$root/examples/fetch-smollm2.sh" || exit 1
}

# convert SOURCE TARGET [OPTION...]: makes a model package; the folder appears when it is whole.
convert() {
  local source=$1 target=$2 log=$work/convert.log
  shift 2
  if [[ $fresh == no && -f $target/spark-llama.json && $target/spark-llama.json -nt $source ]]; then
    echo "Converted already: $target"
    return
  fi
  rm -rf "$target"
  mkdir -p "$(dirname "$target")"
  if ! run "$java_command" -jar "$cli" convert "$source" "$target" "$@" 2>"$log"; then
    fail "Failed to convert $source." "$(grep -m 3 -E '^(Cannot|Invalid|Failed)' "$log" || tail -n 3 "$log")"
  fi
}

convert_smollm2() {
  convert "$work/models/SmolLM2-135M-Instruct.Q4_1.gguf" "$package" \
    --merge-adapter "$adapter" --prompts "$adapter/prompts.json"
}

readonly java_options=(
  -Xmx2g
  "@$root/examples/java-options"
  '-Dspark.master=local[*]'
  -Dspark.databricks.delta.snapshotPartitions=2
  "-Dspark.sql.warehouse.dir=$work/spark-warehouse"
)

run_jobs() {
  local status=0
  mkdir -p "$tables"
  # By a file: ONNX Runtime 1.29 overflows its stack on a command line of many thousand characters.
  printf -- '-cp "%s"\n' "$classes:$(<"$class_path")" >"$work/java-arguments"
  run env RUST_FLAVOR=cpu "$java_command" "${java_options[@]}" "@$work/java-arguments" \
    io.sparkllama.examples.Quickstart "$package" "$root/examples/data" "$tables" || status=$?
  case $status in
    0) ;;
    3) fail 'Some rows could not be answered: column error of the tables has the reasons.' "Tables: $tables" ;;
    *) fail "Failed to run the jobs: Spark ended with code $status; the lines above tell why." \
      'If the memory is short, close other programs; then run this again.' ;;
  esac
}

require_java
step 'Build' build
case $model in
  smollm2)
    package=$work/models/smollm2
    tables=$work/tables/smollm2
    step 'Get SmolLM2-135M-Instruct' get_smollm2
    step 'Convert the model' convert_smollm2
    ;;
  tiny)
    package=$work/models/tiny
    tables=$work/tables/tiny
    echo 'The tiny model is for trying the machinery only: its answers make no sense.'
    step 'Convert the model' convert "$tiny_gguf" "$package"
    ;;
  *)
    package=$model
    name=$(basename "$model")
    tables=$work/tables/$name
    [[ $model == *://* || -d $model ]] \
      || fail "Cannot use the model $model: there is no such folder." 'Give smollm2, tiny, or the path of a model package.'
    [[ $model == *://* ]] || package=$(cd "$model" && pwd)
    ;;
esac
if [[ $fresh == yes ]]; then
  rm -rf "$tables"
fi
step 'Sentiment, summaries, translations' run_jobs

printf '\nDelta tables:\n'
printf '  %s\n' "$tables"/{sentiment,summaries,translations}
printf '\nTime:\n'
printf '  %s\n' "${times[@]}"
