# Makes libraries of CUDA's names for GPUs that compute nothing; sourced by run.sh.
# shellcheck shell=bash disable=SC2154

# Functions of cuBLAS that give something back; all others only succeed.
readonly idle_blas='int cublasCreate_v2(void **handle) { return *handle = handle, 0; }
int cublasGetMathMode(void *handle, int *mode) { return (void)handle, *mode = 0, 0; }
const char *cublasGetStatusName(int status) { return (void)status, "a status"; }
const char *cublasGetStatusString(int status) { return (void)status, "a status of an idle GPU"; }'
readonly idle_driver='int cuInit(unsigned flags) { return (void)flags, 0; }
int cuDeviceGet(int *device, int number) { return *device = number, 0; }
int cuDeviceGetName(char *name, int length, int device) {
  (void)length, (void)device;
  return __builtin_memcpy(name, "idle", 5), 0;
}'

# Symbols of a library that the provider asks for, without those that a source has.
asked() { # PROVIDER LIBRARY SOURCE
  nm -D --undefined-only "$1" | sed -n "s/.* U \(.*\)@$2\$/\1/p" | while read -r name; do
    grep -q "[ *]$name(" "$3" || printf '%s\n' "$name"
  done
}

idle_library() { # NAME SOURCE RESULT PROVIDER
  local name=$1 source=$2
  asked "$4" "$name" "$source" | sed "s/.*/int &() { return $3; }/" >>"$source"
  printf '%s { global: *; };\n' "$name" >"$source.map"
  gcc -O1 -fPIC -shared -Wno-deprecated-non-prototype "$source" -o "$work/idle/$name" \
    -Wl,-soname,"$name",--version-script="$source.map"
}

# Sets `libraries` to a folder of them, for the functions that a provider asks for.
idle_libraries() { # PROVIDER
  local folder=$work/idle/src
  mkdir -p "$folder"
  cp "$here/gpu/idle/cudart.c" "$folder"
  printf '%s\n' "$idle_blas" >"$folder/cublas.c"
  printf '%s\n' "$idle_driver" >"$folder/cuda.c"
  : >"$folder/cublasLt.c"
  : >"$folder/curand.c"
  # cudaErrorNotSupported, and CUBLAS_STATUS_NOT_SUPPORTED for what has no plain replacement.
  idle_library libcudart.so.12 "$folder/cudart.c" 801 "$1"
  idle_library libcublas.so.12 "$folder/cublas.c" 0 "$1"
  idle_library libcublasLt.so.12 "$folder/cublasLt.c" 0 "$1"
  idle_library libcurand.so.10 "$folder/curand.c" 0 "$1"
  idle_library libcuda.so.1 "$folder/cuda.c" 0 "$1"
  libraries=$work/idle
}
