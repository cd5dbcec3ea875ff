# Makes models with random weights, and rows for them; sourced by run.sh, with its variables.
# shellcheck shell=bash disable=SC2154

# Appears when it is whole: make TARGET COMMAND..., which writes to the folder that comes last.
make() {
  local target=$1
  shift
  [[ ! -d $target ]] || return 0
  rm -rf "$target.part"
  local begun
  begun=$(date +%s)
  timeout "$(seconds_left)" "$@" >"$work/logs/make.log" 2>&1 || return 1
  [[ ! -d $target.part ]] || mv "$target.part" "$target"
  printf 'made %s in %d s\n' "$(basename "$target")" $(($(date +%s) - begun)) >&2
}

# Sets `model`: tiny (of the fixtures) or a shape of ci/large_model.py, in a precision for CUDA.
package() { # SHAPE PRECISION
  local folder=$fixtures/hf
  model=$work/models/$1-$2
  if [[ $1 != tiny ]]; then
    folder=$work/models/$1
    make "$folder" python3 "$root/ci/large_model.py" --shape "$1" --tokenizer "$fixtures/hf" \
      "$folder.part" || return 1
  fi
  LD_LIBRARY_PATH=$libraries make "$model" "${java[@]}" -jar "$jar" convert --precision "$2" \
    --device cuda --examination none "$folder" "$model"
}

workload() { # ROWS PROMPT ANSWER
  rows=$work/rows-$1-$2-$3.jsonl
  python3 "$here/gpu/workload.py" --rows "$1" --prompt "$2" --answer "$3" >"$rows"
}
