# Runs the checks and prints the table; sourced by ci/gpu-check.sh, with its options.
# shellcheck shell=bash disable=SC2154

readonly root=$here/..
readonly fixtures=$root/spark-llama/src/test/resources/tiny-llama3
readonly names=(load golden golden-bf16 kv adapters stages host stated memory engines cancel
  speed-1b torch-1b speed-8b torch-8b soak)
# Seconds below which a check is not begun, its model made included where that takes long.
declare -rA needed=([load]=15 [golden]=20 [golden-bf16]=20 [kv]=45 [adapters]=20
  [stages]=15 [host]=45 [stated]=45 [memory]=30 [engines]=15 [cancel]=30 [speed-1b]=30
  [torch-1b]=45 [speed-8b]=150 [torch-8b]=75 [soak]=30)
work=${option[work]:-$here/work/gpu}
mkdir -p "$work/models" "$work/logs"
work=$(cd "$work" && pwd)
readonly work deadline=$((started + 60 * option[minutes]))
failed=0
export RUST_FLAVOR=cpu

chosen=("${names[@]}")
if [[ -v "option[only]" ]]; then
  IFS=, read -ra chosen <<<"${option[only]}"
  for name in "${chosen[@]}"; do
    [[ -v "needed[$name]" ]] || fail "Unknown check $name; expected ${names[*]}."
  done
fi

# At least 1, since 0 would be no limit.
seconds_left() {
  local left=$((deadline - $(date +%s)))
  echo $((left > 1 ? left : 1))
}

readonly idle=$([[ ${option[device]:-} != idle ]] || echo yes)

# What has been unpacked brings all; a checkout has its own jar.
if [[ -d $root/jre ]]; then
  jar=$root/lib/spark-llama-cli.jar
  readonly classes=$root/lib/checks
  readonly copies=$root/lib/copies.so
  java=("$root/jre/bin/java" "-Donnxruntime.native.path=$root/lib/native")
  libraries=$root/lib/cuda${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
else
  if [[ $idle ]]; then
    build_jar target-gpu -Pgpu
  else
    build_jar target
  fi
  readonly classes=$work/checks
  readonly copies=$work/copies.so
  java=(java)
  libraries=${LD_LIBRARY_PATH:-}
  mkdir -p "$classes"
  javac -cp "$jar" -d "$classes" "$here"/gpu/checks/*.java
  gcc -O2 -fPIC -shared "$here/gpu/copies.c" -o "$copies" -ldl
fi

if [[ $idle ]]; then
  # shellcheck source=idle/build.sh
  source "$here/gpu/idle/build.sh"
  natives=$root/lib/native
  if [[ ! -d $natives ]]; then
    natives=$work/native
    [[ -d $natives ]] || python3 "$here/gpu/slim_jar.py" "$jar" "$natives" \
      --extract ai/onnxruntime/native/linux-x64/
    java+=("-Donnxruntime.native.path=$natives")
  fi
  idle_libraries "$natives/libonnxruntime_providers_cuda.so"
fi

on_java() { # OPTION... CLASS ARGUMENT...
  LD_LIBRARY_PATH=$libraries "${java[@]}" -cp "$classes:$jar" "$@"
}

obstacle=$(on_java GpuChecks obstacle 0 2>"$work/logs/obstacle.log") ||
  fail "Cannot run the checks: $(tail -n 1 "$work/logs/obstacle.log")"
device=${option[device]:-}
case $device in
  idle) [[ -z $obstacle ]] || fail "$obstacle" ;;
  cuda*) [[ -z $obstacle ]] || fail "$obstacle" ;;
  stand-in) ;;
  '')
    device=cuda
    if [[ -n $obstacle ]]; then
      printf '%s\n' "$obstacle" 'The stand-in runs in its place.' >&2
      device=stand-in
    fi
    ;;
  *) fail "Invalid --device: found $device, expected cuda, cuda:N, stand-in or idle." ;;
esac
readonly device
# CUDA's provider runs, whatever is behind it.
readonly cuda=$([[ $device == stand-in ]] || echo yes)

row() { # NAME DEVICE FOUND EXPECTED RESULT
  printf '| %s | %s | %s | %s | %s |\n' "$@" | tee -a "$work/table.md"
}

left_out() { # NAME WHY
  row "$1" "$device" "left out: $2" - 'left out'
}

# The last line of a log that tells what went wrong.
reason() {
  grep -E 'Exception|Error|error:|Cannot|Failed' "$1" | tail -n 1 | tr '|' '/' || true
}

# Runs a command that prints a row; what it says else goes to a log.
row_of() { # NAME COMMAND...
  local name=$1 log=$work/logs/$1.log status=0 left
  shift
  left=$(seconds_left)
  timeout --kill-after=5 "$left" "$@" >"$log.rows" 2>"$log" || status=$?
  if grep '^|' "$log.rows"; then
    grep '^|' "$log.rows" >>"$work/table.md"
  elif ((status == 124 || status == 137)); then
    row "$name" "$device" "not done after $left s, when the time was over" - FAILED
  else
    row "$name" "$device" "ended with status $status: $(reason "$log")" - FAILED
    status=1
  fi
  ((status == 0)) || failed=1
}

# shellcheck source=models.sh
source "$here/gpu/models.sh"

check() { # NAME CHECK SHAPE PRECISION SLOTS ROWS [OPTION...]
  local name=$1 kind=$2 shape=$3 precision=$4 slots=$5 rows=$6
  shift 6
  if ! package "$shape" "$precision"; then
    row "$name" "$device" "cannot make the model: $(reason "$work/logs/make.log")" - FAILED
    failed=1
    return 0
  fi
  local seconds=$(($(seconds_left) - 20))
  row_of "$name" env "LD_LIBRARY_PATH=$libraries" "LD_PRELOAD=${preload:-}" "${java[@]}" \
    -Xms512m -Xmx512m -XX:+AlwaysPreTouch -Ddevice="${device/idle/cuda:0}" -Dmodel="$model" -Drows="$rows" \
    -Dslots="$slots" -Dseconds="$((seconds > 5 ? seconds : 5))" "$@" -cp "$classes:$jar" \
    GpuChecks "$kind" "$name"
}

torch() { # SHAPE ROWS
  if ! python3 -c 'import torch, transformers; assert torch.cuda.is_available()' 2>/dev/null; then
    left_out "torch-$1" 'python3 has no PyTorch with CUDA and transformers'
    return 0
  fi
  package "$1" bf16 || return 0
  workload "$2" 512 64
  row_of "limit-$1" python3 "$here/gpu/limits.py" --model "$work/models/$1" --slots 256 --prompt 512 \
    --answer 64
  # shellcheck disable=SC2016 # expanded by the inner shell
  row_of "torch-$1" bash -c 'set -o pipefail
    python3 "$1/ci/bench/peer_transformers.py" --model "$2" --workload "$3" --batch 256 --device cuda |
      python3 "$1/ci/gpu/peer_row.py" --name "$4" --device PyTorch' \
    torch "$root" "$work/models/$1" "$rows" "torch-$1"
}

# With a GPU the shapes of real models; without one, small ones.
small=1b precision=bf16
[[ $cuda ]] || small=small precision=fp16
readonly no_answers='a GPU that computes nothing gives none'

run_check() {
  local golden=$fixtures/golden-fp32.jsonl
  case $1 in
    load) check load load tiny fp16 4 "$golden" ;;
    golden)
      [[ ! $idle ]] || { left_out golden "$no_answers"; return 0; }
      check golden golden tiny fp16 16 "$golden"
      ;;
    golden-bf16)
      [[ ! $idle ]] || { left_out golden-bf16 "$no_answers"; return 0; }
      [[ $cuda ]] || { left_out golden-bf16 'a processor has no kernels for it'; return 0; }
      # Numbers from 8 to 16 are 1/16 apart in bf16, and errors of some layers add up.
      check golden-bf16 golden tiny bf16 16 "$golden" -Dclose=0.25
      ;;
    engines)
      [[ ! $idle ]] || { left_out engines "$no_answers"; return 0; }
      check engines engines tiny fp16 8 "$golden"
      ;;
    memory) check memory memory "$small" "$precision" 16 "$golden" ;;
    cancel) check cancel cancel "$small" "$precision" 16 "$golden" ;;
    soak) check soak soak "$small" "$precision" "$([[ $cuda ]] && echo 128 || echo 8)" "$golden" ;;
    kv)
      [[ $cuda ]] || { left_out kv 'with one memory nothing crosses a bus'; return 0; }
      preload=$copies check kv kv 1b bf16 64 "$golden"
      local other
      for other in fp16 int8 int4; do
        preload=$copies check "kv, $other" kv tiny "$other" 64 "$golden"
      done
      ;;
    adapters)
      [[ $cuda ]] || { left_out adapters 'with one memory nothing crosses a bus'; return 0; }
      preload=$copies check adapters kv tiny-lora bf16 64 "$golden" -Dadapter=lora-peft
      ;;
    stages)
      [[ ! $cuda || -z $(on_java GpuChecks obstacle 1 2>/dev/null) ]] ||
        { left_out stages 'needs two GPUs'; return 0; }
      check stages load tiny-stages "$precision" 4 "$golden"
      ;;
    host)
      [[ $idle ]] || { left_out host 'a GPU that computes nothing shows it'; return 0; }
      check host host 1b bf16 256 "$golden"
      ;;
    stated)
      [[ $idle ]] || { left_out stated 'a GPU on which CUDA takes no memory shows it'; return 0; }
      check stated stated 1b bf16 1 "$golden"
      check 'stated, int8' stated 1b int8 1 "$golden"
      ;;
    speed-1b)
      if [[ $idle ]]; then
        workload 2048 512 64
        check 'speed-1b, nothing computed' speed 1b bf16 256 "$rows"
      elif [[ $cuda ]]; then
        workload 2048 512 64
        check speed-1b speed 1b bf16 256 "$rows" -Dexpected=230
      else
        workload 32 64 16
        check 'speed, a small shape' speed small fp16 8 "$rows"
      fi
      ;;
    speed-8b)
      [[ $device == cuda* ]] || { left_out speed-8b 'a GPU alone has this speed'; return 0; }
      workload 768 512 64
      check speed-8b speed 8b bf16 256 "$rows" -Dexpected=35
      ;;
    torch-1b | torch-8b)
      [[ $device == cuda* ]] || { left_out "$1" 'a GPU alone has this speed'; return 0; }
      torch "${1#torch-}" 512
      ;;
  esac
}

: >"$work/table.md"
row check device found expected result
row --- --- --- --- ---
for name in "${chosen[@]}"; do
  if (($(seconds_left) < needed[$name])); then
    left_out "$name" "needs ${needed[$name]} s, $(seconds_left) s are left of ${option[minutes]} minutes"
  else
    run_check "$name"
  fi
done
exit "$failed"
