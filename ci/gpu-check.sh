#!/usr/bin/env bash
# Proves the engine on a GPU: native libraries load, answers are those of transformers, keys and values
# stay on the GPU, memory that runs out, two engines, cancelled rows, speed beside PyTorch's, and many
# rows with memory flat. Prints a Markdown table; exit status 1 when a check failed.
#
# Usage: ci/gpu-check.sh pack [--piece-size MIB] [--arch N] [--out DIR]
#        ci/gpu-check.sh run [--pieces DIR] [--only CHECK,...] [--minutes N] [--device NAME] [--work DIR]
#
# pack, on a machine with network, Java 17, Maven, pip and gcc, makes what a GPU machine without
# network needs: the jar, a JRE, CUDA 12's libraries, the checks and the maker of models; in pieces,
# with SHA256SUMS and a copy of this script beside them.
#   --piece-size MIB   size of a piece; default: 60
#   --arch N           compute capability for which GPU code is kept, 90 for an H100 or H200, or all;
#                      default: 90
#   --out DIR          folder to make; default: ci/work/gpu-pieces
#
# run needs bash, python3, coreutils, and on a GPU its driver (525 or later). PyTorch and transformers
# run beside the engine where python3 has them.
#   --pieces DIR       unpacks these and runs what is in them; default: this checkout and its own jar
#   --only CHECK,...   load, golden, golden-bf16, kv, adapters, stages, host, stated, memory, engines,
#                      cancel, speed-1b, torch-1b, speed-8b, torch-8b, soak; default: all, in this order
#   --minutes N        time for all, model making included: a check that no longer fits is left out,
#                      and soak takes what is left; default: 10
#   --device NAME      cuda, cuda:N, or without a GPU: stand-in, the CPU by the same way as a GPU, with
#                      small models, which says nothing of speed; or idle, ONNX Runtime's CUDA build on
#                      libraries of CUDA's names that compute nothing, which has no answers but the
#                      same memory, copies and kernels; default: cuda where it can be used, else stand-in
#   --work DIR         for models (40 GB with 8b) and what is unpacked, which later runs find there;
#                      default: ci/work/gpu, or /tmp/spark-llama-gpu with --pieces
#
# CUDA's libraries are NVIDIA's: pack takes them from PyPI, and pieces that hold them are under NVIDIA's
# license (the CUDA Toolkit's end user license agreement), not under that of this project.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fail() {
  printf '%s\n' "$@" >&2
  exit 2
}

# Values of --NAME VALUE options: read_options "NAMES" OPTION...
read_options() {
  local known=" $1 "
  shift
  while (($# > 0)); do
    [[ $known == *" ${1#--} "* ]] || fail "Unknown option $1; see ci/gpu-check.sh --help."
    (($# > 1)) || fail "Missing value of $1; see ci/gpu-check.sh --help."
    option[${1#--}]=$2
    shift 2
  done
}

whole_number() {
  [[ ${option[$1]} =~ ^[1-9][0-9]*$ ]] ||
    fail "Invalid --$1: found ${option[$1]}, expected a whole number from 1."
}

# Builds the command line's jar in spark-llama/FOLDER unless it is newer than its sources.
build_jar() { # FOLDER [MVN_OPTION...]
  local module=$here/../spark-llama
  jar=$module/$1/spark-llama-cli.jar
  if [[ ! -f $jar || -n $(find "$module/../pom.xml" "$module/pom.xml" "$module/src/main" \
    -newer "$jar" -print -quit) ]]; then
    mvn -B -ntp -q -f "$module/../pom.xml" "${@:2}" -pl spark-llama -Dmaven.test.skip=true package
  fi
}

# Checks the pieces, unpacks them once, and goes on there.
run_pieces() {
  local pieces rig=${option[work]:-/tmp/spark-llama-gpu}/rig name
  [[ -f ${option[pieces]}/SHA256SUMS ]] ||
    fail "Cannot run the pieces: found no SHA256SUMS in ${option[pieces]}. Copy all that pack made there."
  pieces=$(cd "${option[pieces]}" && pwd)
  while read -r _ name; do
    [[ -f $pieces/$name ]] || fail "Cannot run the pieces: found no $name in $pieces. Copy it there."
  done <"$pieces/SHA256SUMS"
  if ! cmp -s "$pieces/SHA256SUMS" "$rig/SHA256SUMS"; then
    (cd "$pieces" && sha256sum --quiet -c SHA256SUMS >&2) ||
      fail "Cannot run the pieces: found other bytes than pack made. Copy them again."
    rm -rf "$rig" "$rig.part"
    mkdir -p "$rig.part"
    cat "$pieces"/rig.tar.xz.* | python3 -c '
import sys, tarfile
with tarfile.open(fileobj=sys.stdin.buffer, mode="r|xz") as archive:
    archive.extractall(sys.argv[1])' "$rig.part"
    cp "$pieces/SHA256SUMS" "$rig.part"
    mv "$rig.part" "$rig"
  fi
  unset "option[pieces]"
  option[work]=${option[work]:-/tmp/spark-llama-gpu}
  local again=()
  for name in "${!option[@]}"; do
    again+=("--$name" "${option[$name]}")
  done
  GPU_CHECK_STARTED=$started exec bash "$rig/ci/gpu-check.sh" run "${again[@]}"
}

started=${GPU_CHECK_STARTED:-$(date +%s)}
declare -A option
case ${1:-} in
  pack)
    option=([piece-size]=60 [arch]=90 [out]=$here/work/gpu-pieces)
    read_options 'piece-size arch out' "${@:2}"
    whole_number piece-size
    [[ ${option[arch]} == all ]] || whole_number arch
    # shellcheck source=gpu/pack.sh
    source "$here/gpu/pack.sh"
    ;;
  run)
    option=([minutes]=10)
    read_options 'pieces only minutes device work' "${@:2}"
    whole_number minutes
    [[ ! -v "option[pieces]" ]] || run_pieces
    # shellcheck source=gpu/run.sh
    source "$here/gpu/run.sh"
    ;;
  -h | --help) sed -n '2,32s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" ;;
  *) fail 'Missing or unknown command: expected pack or run; see ci/gpu-check.sh --help.' ;;
esac
