#!/usr/bin/env bash
# Builds the operators for this machine's operating system and processor.
#
# Usage: build.sh DIR     writes DIR/<system>-<processor>/libspark_llama.so, unless it is newer than
#                         all that is here
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
compiler=${CXX:-g++}
case "$("$compiler" -dumpmachine)" in
  x86_64-*)
    processor=x86-64 kernels=(avx512=x86-64-v4 avx2=x86-64-v3)
    products=(avx512_vnni="x86-64-v4 -mavx512vnni" avx_vnni="x86-64-v3 -mavxvnni") ;;
  aarch64-*)
    processor=aarch64 kernels=(baseline=armv8.2-a) products=(dotprod=armv8.2-a+dotprod) ;;
  *) echo "No operators for $("$compiler" -dumpmachine): attention runs as the graph has it." >&2; exit 0 ;;
esac
out=$1/linux-$processor
if [[ -f $out/libspark_llama.so && -z $(find . -newer "$out/libspark_llama.so" -print -quit) ]]; then
  exit 0
fi
objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT
# Products and sums are fused where the processor can, and nothing else is reordered. GCC 12 tells of
# a change of its own in how wide vectors are passed, which concerns no function that is exported.
flags=(-std=c++17 -O3 -ffp-contract=fast -fPIC -fvisibility=hidden -Wall -Wextra -Werror -Wno-psabi)
# compile SOURCE NAME=ARCHITECTURE...
compile() {
  local source=$1 kernel
  shift
  for kernel; do
    # shellcheck disable=SC2086 # the architecture may have options behind it
    "$compiler" "${flags[@]}" -march=${kernel#*=} "-DSPARK_LLAMA_KERNELS=${kernel%%=*}" \
      -c "$source.cpp" -o "$objects/$source-${kernel%%=*}.o"
  done
}
compile attention_kernels "${kernels[@]}"
compile quantize_kernels "${kernels[@]}"
compile choice_kernels "${kernels[@]}"
compile product_kernels "${products[@]}"
compile block_kernels "${products[@]}"
# The linker keeps one of several weak functions, which may be of the wrong instruction set.
if nm "$objects"/*_kernels-*.o | grep ' [WV] '; then
  echo "Failed: kernels must not have weak functions; see above." >&2
  exit 1
fi
for source in kernels products slot_attention quantize_tokens token_product norm_tokens next_tokens library; do
  "$compiler" "${flags[@]}" -c "$source.cpp" -o "$objects/$source.o"
done
mkdir -p "$out"
"$compiler" -shared -s -static-libstdc++ -static-libgcc "$objects"/*.o -o "$out/libspark_llama.so"
