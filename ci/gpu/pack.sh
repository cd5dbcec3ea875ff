# Makes the pieces; sourced by ci/gpu-check.sh, with its options.
# shellcheck shell=bash disable=SC2154

# What ONNX Runtime's CUDA provider is linked with, of the last CUDA 12.
readonly wheels=(nvidia-cuda-runtime-cu12==12.9.79 nvidia-cublas-cu12==12.9.3.13
  nvidia-curand-cu12==10.3.10.19)
readonly cuda_libraries=(libcudart.so.12 libcublas.so.12 libcublasLt.so.12 libcurand.so.10)
readonly modules=java.base,java.compiler,java.logging,java.management,java.naming,java.net.http,java.sql,jdk.unsupported,jdk.zipfs
readonly out=${option[out]} root=$here/..
[[ ! -e $out ]] || fail "Cannot pack to $out: it exists. Remove it, or name another folder with --out."
mkdir -p "$(dirname "$out")"
stage=$(mktemp -d "$out.stage.XXXX")
trap 'rm -rf "$stage"' EXIT

say() {
  printf '%s %s\n' "$(date +%T)" "$*" >&2
}

# What runs there; other systems' libraries and those that lie beside the jar are left out.
pack_jar() {
  say 'the jar with -Pgpu'
  local jar
  build_jar target-gpu -Pgpu
  python3 "$here/gpu/slim_jar.py" "$jar" "$stage/rig/lib/spark-llama-cli.jar" \
    --without ai/onnxruntime/native/ native/lib/osx native/lib/win native/lib/linux-aarch64
  python3 "$here/gpu/slim_jar.py" "$jar" "$stage/native" --extract ai/onnxruntime/native/linux-x64/
  mv "$stage/native/"lib{onnxruntime,onnxruntime4j_jni,onnxruntime_providers_shared}.so \
    "$stage/rig/lib/native"
  cut_library "$stage/native/libonnxruntime_providers_cuda.so" "$stage/rig/lib/native"
  rm -r "$stage/native"
  javac -cp "$jar" -d "$stage/rig/lib/checks" "$here"/gpu/checks/*.java
}

cut_library() { # LIBRARY FOLDER
  if [[ ${option[arch]} == all ]]; then
    cp "$1" "$2"
  else
    python3 "$here/gpu/cut_cuda.py" "$1" "$2/$(basename "$1")" --capability "${option[arch]}" >&2
  fi
}

pack_cuda() {
  say 'libraries of CUDA 12'
  python3 -m pip download -q --no-deps --only-binary=:all: -d "$stage/wheels" "${wheels[@]}"
  local wheel library
  for wheel in "$stage"/wheels/*.whl; do
    python3 -m zipfile -e "$wheel" "$stage/wheels/all"
  done
  for library in "${cuda_libraries[@]}"; do
    cut_library "$(find "$stage/wheels/all" -name "$library")" "$stage/rig/lib/cuda"
  done
  find "$stage/wheels/all" -ipath '*.dist-info*license*' -type f \
    -exec cp --backup=numbered {} "$stage/rig/lib/cuda" \;
  gcc -O2 -Wall -Wextra -Werror -fPIC -shared "$here/gpu/copies.c" -o "$stage/rig/lib/copies.so" -ldl
  rm -r "$stage/wheels"
}

pack_jre() {
  say 'a JRE'
  jlink --add-modules "$modules" --strip-debug --no-header-files --no-man-pages \
    --output "$stage/rig/jre"
  # Debian's JDK takes it from the system.
  local zlib
  zlib=$(ldd "$stage/rig/jre/lib/libzip.so" | awk '/libz\.so/ { print $3 }')
  [[ -z $zlib ]] || cp -L "$zlib" "$stage/rig/jre/lib"
}

pack_sources() {
  local file fixtures=spark-llama/src/test/resources/tiny-llama3
  for file in ci/gpu-check.sh ci/gpu ci/large_model.py ci/bench/measured.py \
    ci/bench/peer_transformers.py "$fixtures/hf" "$fixtures/lora-peft" "$fixtures/golden-fp32.jsonl" LICENSE; do
    mkdir -p "$(dirname "$stage/rig/$file")"
    cp -r "$root/$file" "$stage/rig/$file"
  done
  rm -rf "$stage/rig/ci/gpu/__pycache__"
}

python3 "$here/gpu/cut_cuda_test.py" 2>"$stage/test.log" || { cat "$stage/test.log" >&2; exit 1; }
mkdir -p "$stage"/rig/lib/{native,cuda,checks} "$stage/pieces"
pack_jar
pack_cuda
pack_jre
pack_sources
say 'pieces'
tar -C "$stage/rig" --owner=0 --group=0 -cf - . | xz -T0 -6 |
  split -b "${option[piece-size]}M" -d -a 3 - "$stage/pieces/rig.tar.xz."
(cd "$stage/pieces" && sha256sum rig.tar.xz.* >SHA256SUMS)
cp "$here/gpu-check.sh" "$stage/pieces"
mv "$stage/pieces" "$out"
ls -l "$out"
