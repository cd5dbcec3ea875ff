/* A libcudart.so.12 of GPUs that compute nothing: memory is handed out and counted, kernels are not
 * started, and what is fetched is made up. ONNX Runtime's CUDA provider runs on it as on a GPU, so its
 * checks, the place of every tensor, what crosses the bus and the time of the host are the real ones;
 * numbers are not.
 *
 * Types, constants and the offsets of cudaDeviceProp are those of cuda_runtime_api.h and driver_types.h
 * of CUDA 12.9. What the provider calls beyond this is made by build.sh and fails. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
  SUCCESS = 0,
  MEMORY_ALLOCATION = 2,
  NOT_REGISTERED = 713,
  DEVICE_TO_HOST = 2,
  VERSION = 12090,
  DEVICES = 2,
  PROCESSORS = 132,
  SHARED_MEMORY = 227 << 10,
  PINNED = 64,
  PAGE = 4096
};

/* As an H200 has. */
static const size_t MEMORY = (size_t)141 << 30;

static atomic_size_t used[DEVICES];
static atomic_llong launched;
static _Thread_local int device;

typedef struct {
  unsigned x, y, z;
} dim3;

/* Kernels that would have been started, and memory that would have been set. */
long long spark_llama_launched(void) { return launched; }

int cudaGetDeviceCount(int *count) { return *count = DEVICES, SUCCESS; }
int cudaSetDevice(int number) { return device = number, SUCCESS; }
int cudaGetDevice(int *number) { return *number = device, SUCCESS; }
int cudaDriverGetVersion(int *version) { return *version = VERSION, SUCCESS; }
int cudaRuntimeGetVersion(int *version) { return *version = VERSION, SUCCESS; }
int cudaGetLastError(void) { return SUCCESS; }
int cudaPeekAtLastError(void) { return SUCCESS; }
const char *cudaGetErrorName(int error) { return error == MEMORY_ALLOCATION ? "cudaErrorMemoryAllocation" : "an error"; }
const char *cudaGetErrorString(int error) { return error == MEMORY_ALLOCATION ? "out of memory" : "an error of an idle GPU"; }

/* cudaDevAttrComputeCapabilityMajor and -Minor, -MultiProcessorCount, -MaxSharedMemoryPerBlockOptin. */
int cudaDeviceGetAttribute(int *value, int attribute, int number) {
  (void)number;
  *value = attribute == 75 ? 9 : attribute == 76 ? 0 : attribute == 16 ? PROCESSORS : attribute == 97 ? SHARED_MEMORY : 1;
  return SUCCESS;
}

static void put(void *properties, size_t offset, int value) {
  memcpy((char *)properties + offset, &value, sizeof value);
}

int cudaGetDeviceProperties_v2(void *properties, int number) {
  (void)number;
  memset(properties, 0, 1032);
  strcpy(properties, "idle");
  memcpy((char *)properties + 288, &MEMORY, sizeof MEMORY);
  put(properties, 296, 48 << 10);       /* sharedMemPerBlock */
  put(properties, 304, 65536);          /* regsPerBlock */
  put(properties, 308, 32);             /* warpSize */
  put(properties, 320, 1024);           /* maxThreadsPerBlock */
  put(properties, 324, 1024);           /* maxThreadsDim */
  put(properties, 328, 1024);
  put(properties, 332, 64);
  put(properties, 336, INT32_MAX);      /* maxGridSize */
  put(properties, 340, 65535);
  put(properties, 344, 65535);
  put(properties, 360, 9);              /* major */
  put(properties, 388, PROCESSORS);     /* multiProcessorCount */
  put(properties, 604, 1);              /* unifiedAddressing */
  put(properties, 616, 50 << 20);       /* l2CacheSize */
  put(properties, 624, 2048);           /* maxThreadsPerMultiProcessor */
  put(properties, 640, 228 << 10);      /* sharedMemPerMultiprocessor */
  put(properties, 648, 65536);          /* regsPerMultiprocessor */
  put(properties, 696, SHARED_MEMORY);  /* sharedMemPerBlockOptin */
  return SUCCESS;
}

/* Pages that nothing writes take no memory of the machine. The size lies in front. */
int cudaMalloc(void **address, size_t bytes) {
  if (atomic_fetch_add(&used[device], bytes) + bytes > MEMORY) {
    atomic_fetch_sub(&used[device], bytes);
    return MEMORY_ALLOCATION;
  }
  size_t *pages = mmap(NULL, bytes + PAGE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (pages == MAP_FAILED) {
    return MEMORY_ALLOCATION;
  }
  pages[0] = bytes;
  pages[1] = (size_t)device;
  *address = (char *)pages + PAGE;
  return SUCCESS;
}

int cudaFree(void *address) {
  if (address != NULL) {
    size_t *pages = (size_t *)((char *)address - PAGE);
    atomic_fetch_sub(&used[pages[1]], pages[0]);
    munmap(pages, pages[0] + PAGE);
  }
  return SUCCESS;
}

int cudaMemGetInfo(size_t *free, size_t *total) {
  *total = MEMORY;
  *free = MEMORY - used[device];
  return SUCCESS;
}

int cudaHostAlloc(void **address, size_t bytes, unsigned flags) {
  (void)flags;
  *address = malloc(bytes);
  return *address == NULL ? MEMORY_ALLOCATION : SUCCESS;
}
int cudaMallocHost(void **address, size_t bytes) { return cudaHostAlloc(address, bytes, 0); }
int cudaFreeHost(void *address) { return free(address), SUCCESS; }

static struct {
  char *begin;
  size_t bytes;
} pinned[PINNED];
static pthread_mutex_t pinning = PTHREAD_MUTEX_INITIALIZER;

/* Exchanges one that begins at an address for another; returns whether there was one. */
static int exchange(char *found, char *begin, size_t bytes) {
  int done = 0;
  pthread_mutex_lock(&pinning);
  for (int i = 0; i < PINNED && !done; i++) {
    if (pinned[i].begin == found) {
      pinned[i].begin = begin;
      pinned[i].bytes = bytes;
      done = 1;
    }
  }
  pthread_mutex_unlock(&pinning);
  return done;
}

int cudaHostRegister(void *address, size_t bytes, unsigned flags) {
  (void)flags;
  return exchange(NULL, address, bytes) ? SUCCESS : MEMORY_ALLOCATION;
}
int cudaHostUnregister(void *address) { return exchange(address, NULL, 0) ? SUCCESS : NOT_REGISTERED; }

/* Likely tokens and their logits go into pinned memory, and are zeros; all else is numbers of 1.0, such
 * as the sums of exponentials, so an answer is the first token again and again. */
static void fetch(char *target, size_t bytes) {
  for (int i = 0; i < PINNED; i++) {
    if (pinned[i].begin != NULL && target >= pinned[i].begin && target < pinned[i].begin + pinned[i].bytes) {
      memset(target, 0, bytes);
      return;
    }
  }
  const float one = 1;
  for (size_t i = 0; i + sizeof one <= bytes; i += sizeof one) {
    memcpy(target + i, &one, sizeof one);
  }
}

int cudaMemcpyAsync(void *target, const void *source, size_t bytes, int kind, void *stream) {
  (void)source, (void)stream;
  if (kind == DEVICE_TO_HOST) {
    fetch(target, bytes);
  }
  return SUCCESS;
}
int cudaMemcpy(void *target, const void *source, size_t bytes, int kind) {
  return cudaMemcpyAsync(target, source, bytes, kind, NULL);
}
int cudaMemcpy2DAsync() { return SUCCESS; }
int cudaMemcpy2D() { return SUCCESS; }

/* The provider asks in this way how much shared memory its fast attention of steps needs. */
int cudaMemcpyFromSymbol(void *target, const void *symbol, size_t bytes, size_t offset, int kind) {
  (void)symbol, (void)offset, (void)kind;
  const uint32_t needed = 140 << 10;
  memcpy(target, &needed, bytes < sizeof needed ? bytes : sizeof needed);
  return SUCCESS;
}

static int launch(void) { return atomic_fetch_add(&launched, 1), SUCCESS; }
int cudaMemset() { return SUCCESS; }
int cudaMemsetAsync() { return launch(); }
int cudaLaunchKernel() { return launch(); }
int cudaLaunchKernelExC() { return launch(); }

static int made(void **handle) { return *handle = malloc(1), SUCCESS; }
int cudaStreamCreate(void **stream) { return made(stream); }
int cudaStreamCreateWithFlags(void **stream, unsigned flags) { return (void)flags, made(stream); }
int cudaStreamDestroy(void *stream) { return free(stream), SUCCESS; }
int cudaStreamSynchronize() { return SUCCESS; }
int cudaStreamWaitEvent() { return SUCCESS; }
int cudaStreamIsCapturing(void *stream, int *status) { return (void)stream, *status = 0, SUCCESS; }
int cudaDeviceSynchronize(void) { return SUCCESS; }
int cudaEventCreate(void **event) { return made(event); }
int cudaEventCreateWithFlags(void **event, unsigned flags) { return (void)flags, made(event); }
int cudaEventDestroy(void *event) { return free(event), SUCCESS; }
int cudaEventRecord() { return SUCCESS; }
int cudaEventSynchronize() { return SUCCESS; }

int cudaLaunchHostFunc(void *stream, void (*function)(void *), void *data) {
  (void)stream;
  function(data);
  return SUCCESS;
}

/* cudaFuncAttributes: maxThreadsPerBlock, numRegs, ptxVersion, binaryVersion. */
int cudaFuncGetAttributes(void *attributes, const void *function) {
  (void)function;
  memset(attributes, 0, 144);
  put(attributes, 24, 1024);
  put(attributes, 28, 64);
  put(attributes, 32, 90);
  put(attributes, 36, 90);
  return SUCCESS;
}
int cudaFuncSetAttribute() { return SUCCESS; }
int cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *blocks) { return *blocks = 2, SUCCESS; }

/* What the provider's own kernels are made known with. */
void **__cudaRegisterFatBinary(void *binary) {
  static void *handle;
  (void)binary;
  return &handle;
}
void __cudaRegisterFatBinaryEnd() {}
void __cudaUnregisterFatBinary() {}
void __cudaRegisterFunction() {}
void __cudaRegisterVar() {}

static _Thread_local struct {
  dim3 grid, block;
  size_t memory;
  void *stream;
} pushed;

unsigned __cudaPushCallConfiguration(dim3 grid, dim3 block, size_t memory, void *stream) {
  pushed.grid = grid;
  pushed.block = block;
  pushed.memory = memory;
  pushed.stream = stream;
  return SUCCESS;
}
int __cudaPopCallConfiguration(dim3 *grid, dim3 *block, size_t *memory, void **stream) {
  *grid = pushed.grid;
  *block = pushed.block;
  *memory = pushed.memory;
  *stream = pushed.stream;
  return SUCCESS;
}
