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

# Sets `model`: tiny (of the fixtures; also tiny-lora with an adapter, tiny-stages in two stages) or a
# shape of ci/large_model.py, in a precision for CUDA.
package() { # SHAPE PRECISION
  local folder=$fixtures/hf more=()
  model=$work/models/$1-$2
  case $1 in
    tiny) ;;
    tiny-lora) more=(--adapter "$fixtures/lora-peft") ;;
    tiny-stages) more=(--stages 2) ;;
    *)
      folder=$work/models/$1
      make "$folder" python3 "$root/ci/large_model.py" --shape "$1" --tokenizer "$fixtures/hf" \
        "$folder.part" || return 1
      ;;
  esac
  LD_LIBRARY_PATH=$libraries make "$model" "${java[@]}" -jar "$jar" convert --precision "$2" \
    --device cuda --examination none "${more[@]}" "$folder" "$model"
}

workload() { # ROWS PROMPT ANSWER
  rows=$work/rows-$1-$2-$3.jsonl
  python3 "$here/gpu/workload.py" --rows "$1" --prompt "$2" --answer "$3" >"$rows"
}
