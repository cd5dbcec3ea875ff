#!/usr/bin/env bash
# Feeds made-up files to the two parsers of checkpoints, six minutes each, and looks for crashes,
# hangs and huge allocations. A finding is written below spark-llama/src/test/resources; commit it,
# and every test run replays it.
#
# Example: ci/fuzz.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  sed -n '2,7s/^# \{0,1\}//p' "$0"
  exit 0
fi
for parser in gguf safetensors; do
  JAZZER_FUZZ=1 mvn -B -ntp -pl spark-llama test -Dtest="ParserFuzzTest#$parser" \
    -Dsurefire.failIfNoSpecifiedTests=false
done
