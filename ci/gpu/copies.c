/* Counts the bytes that CUDA is asked to copy, by direction: ONNX Runtime's CUDA provider calls these
 * functions of libcudart through the dynamic linker, which finds them here first.
 *
 * Usage: LD_PRELOAD=copies.so java ..., which asks spark_llama_copied(kind) for what was counted.
 *
 * Signatures and kinds are those of cuda_runtime_api.h. What a program gets from libcudart by dlsym,
 * as the engine does for copies between slots and for whole rows of logits, passes by. */
#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>

/* cudaMemcpyHostToHost, HostToDevice, DeviceToHost, DeviceToDevice, Default. */
enum { KINDS = 5 };

static atomic_llong copied[KINDS];

long long spark_llama_copied(int kind) {
  return kind >= 0 && kind < KINDS ? atomic_load(&copied[kind]) : -1;
}

static void count(size_t bytes, int kind) {
  if (kind >= 0 && kind < KINDS) {
    atomic_fetch_add(&copied[kind], (long long)bytes);
  }
}

/* By the library's handle: RTLD_NEXT does not see what a program has opened for itself. */
static void *original(const char *name) {
  return dlsym(dlopen("libcudart.so.12", RTLD_LAZY | RTLD_NOLOAD), name);
}

typedef int copy(void *, const void *, size_t, int);
typedef int copy_async(void *, const void *, size_t, int, void *);
typedef int copy_2d_async(void *, size_t, const void *, size_t, size_t, size_t, int, void *);

int cudaMemcpy(void *target, const void *source, size_t bytes, int kind) {
  count(bytes, kind);
  return ((copy *)original("cudaMemcpy"))(target, source, bytes, kind);
}

int cudaMemcpyAsync(void *target, const void *source, size_t bytes, int kind, void *stream) {
  count(bytes, kind);
  return ((copy_async *)original("cudaMemcpyAsync"))(target, source, bytes, kind, stream);
}

int cudaMemcpy2DAsync(void *target, size_t target_pitch, const void *source, size_t source_pitch,
                      size_t width, size_t height, int kind, void *stream) {
  count(width * height, kind);
  return ((copy_2d_async *)original("cudaMemcpy2DAsync"))(
      target, target_pitch, source, source_pitch, width, height, kind, stream);
}
