#!/usr/bin/env bash
# Builds the jars for earlier Spark, and runs the tests of what stands on Spark against each with its
# Delta. The engine's own tests do not depend on Spark and are left out.
#
# Usage: ci/compat.sh [4.1|4.0]...     default: both
set -euo pipefail

if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  sed -n '2,5s/^# \{0,1\}//p' "$0"
  exit 0
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.."
(($# > 0)) || set -- 4.1 4.0
for version in "$@"; do
  mvn -B -ntp "-Pspark-$version" -pl udfs,jobs -am verify \
    -Dtest='io/sparkllama/spark/**/*Test,io/sparkllama/jobs/**/*Test' \
    -Dsurefire.failIfNoSpecifiedTests=false
done
