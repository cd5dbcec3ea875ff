// The part of ONNX Runtime's C interface that operators of one's own need. The interface is a table
// of functions that only ever grows, so a position in it names a function for good; the positions
// are those of onnxruntime_c_api.h, version 17 and later.
#pragma once

#include <cstddef>
#include <cstdint>

struct OrtStatus;
struct OrtKernelInfo;
struct OrtKernelContext;
struct OrtValue;
struct OrtTensorTypeAndShapeInfo;
struct OrtCustomOpDomain;
struct OrtSessionOptions;

using OrtApi = void* const*;

struct OrtApiBase {
  OrtApi (*GetApi)(uint32_t version);
  const char* (*GetVersionString)();
};

enum ElementType { FLOAT = 1, UINT8 = 2, INT8 = 3, INT32 = 6, INT64 = 7, FLOAT16 = 10 };

enum Characteristic { REQUIRED = 0, OPTIONAL = 1 };

/// An operator; the runtime reads the fields that its `version` has.
struct OrtCustomOp {
  uint32_t version;
  void* (*CreateKernel)(const OrtCustomOp*, OrtApi, const OrtKernelInfo*);
  const char* (*GetName)(const OrtCustomOp*);
  const char* (*GetExecutionProviderType)(const OrtCustomOp*);
  int (*GetInputType)(const OrtCustomOp*, size_t);
  size_t (*GetInputTypeCount)(const OrtCustomOp*);
  int (*GetOutputType)(const OrtCustomOp*, size_t);
  size_t (*GetOutputTypeCount)(const OrtCustomOp*);
  void (*KernelCompute)(void*, OrtKernelContext*);
  void (*KernelDestroy)(void*);
  int (*GetInputCharacteristic)(const OrtCustomOp*, size_t);
  int (*GetOutputCharacteristic)(const OrtCustomOp*, size_t);
  int (*GetInputMemoryType)(const OrtCustomOp*, size_t);
  int (*GetVariadicInputMinArity)(const OrtCustomOp*);
  int (*GetVariadicInputHomogeneity)(const OrtCustomOp*);
  int (*GetVariadicOutputMinArity)(const OrtCustomOp*);
  int (*GetVariadicOutputHomogeneity)(const OrtCustomOp*);
  OrtStatus* (*CreateKernelV2)(const OrtCustomOp*, OrtApi, const OrtKernelInfo*, void**);
  OrtStatus* (*KernelComputeV2)(void*, OrtKernelContext*);
  OrtStatus* (*InferOutputShape)(const OrtCustomOp*, void*);
  int (*GetStartVersion)(const OrtCustomOp*);
  int (*GetEndVersion)(const OrtCustomOp*);
};

namespace ort {

constexpr uint32_t VERSION = 17;

template <typename Function>
Function* at(OrtApi api, int position) {
  return reinterpret_cast<Function*>(api[position]);
}

inline OrtStatus* failure(OrtApi api, const char* message) {
  constexpr int FAIL = 1;
  return at<OrtStatus*(int, const char*)>(api, 0)(FAIL, message);
}

inline OrtStatus* createDomain(OrtApi api, const char* name, OrtCustomOpDomain** domain) {
  return at<OrtStatus*(const char*, OrtCustomOpDomain**)>(api, 26)(name, domain);
}

inline OrtStatus* addOperator(OrtApi api, OrtCustomOpDomain* domain, const OrtCustomOp* op) {
  return at<OrtStatus*(OrtCustomOpDomain*, const OrtCustomOp*)>(api, 27)(domain, op);
}

inline OrtStatus* addDomain(OrtApi api, OrtSessionOptions* options, OrtCustomOpDomain* domain) {
  return at<OrtStatus*(OrtSessionOptions*, OrtCustomOpDomain*)>(api, 28)(options, domain);
}

inline OrtStatus* mutableData(OrtApi api, OrtValue* value, void** data) {
  return at<OrtStatus*(OrtValue*, void**)>(api, 51)(value, data);
}

inline OrtStatus* rank(OrtApi api, const OrtTensorTypeAndShapeInfo* shape, size_t* rank) {
  return at<OrtStatus*(const OrtTensorTypeAndShapeInfo*, size_t*)>(api, 61)(shape, rank);
}

inline OrtStatus* sizes(
    OrtApi api, const OrtTensorTypeAndShapeInfo* shape, int64_t* sizes, size_t rank) {
  return at<OrtStatus*(const OrtTensorTypeAndShapeInfo*, int64_t*, size_t)>(api, 62)(
      shape, sizes, rank);
}

inline OrtStatus* shape(OrtApi api, const OrtValue* value, OrtTensorTypeAndShapeInfo** shape) {
  return at<OrtStatus*(const OrtValue*, OrtTensorTypeAndShapeInfo**)>(api, 65)(value, shape);
}

inline OrtStatus* attribute(OrtApi api, const OrtKernelInfo* info, const char* name, float* out) {
  return at<OrtStatus*(const OrtKernelInfo*, const char*, float*)>(api, 85)(info, name, out);
}

inline OrtStatus* attribute(OrtApi api, const OrtKernelInfo* info, const char* name, int64_t* out) {
  return at<OrtStatus*(const OrtKernelInfo*, const char*, int64_t*)>(api, 86)(info, name, out);
}

/// How many inputs there are, left out ones at the end not counted.
inline OrtStatus* inputs(OrtApi api, const OrtKernelContext* context, size_t* count) {
  return at<OrtStatus*(const OrtKernelContext*, size_t*)>(api, 88)(context, count);
}

inline OrtStatus* input(
    OrtApi api, const OrtKernelContext* context, size_t index, const OrtValue** value) {
  return at<OrtStatus*(const OrtKernelContext*, size_t, const OrtValue**)>(api, 90)(
      context, index, value);
}

inline OrtStatus* output(OrtApi api, OrtKernelContext* context, size_t index, const int64_t* sizes,
    size_t rank, OrtValue** value) {
  return at<OrtStatus*(OrtKernelContext*, size_t, const int64_t*, size_t, OrtValue**)>(api, 91)(
      context, index, sizes, rank, value);
}

inline void release(OrtApi api, OrtTensorTypeAndShapeInfo* shape) {
  at<void(OrtTensorTypeAndShapeInfo*)>(api, 99)(shape);
}

/// Runs `function(data, i)` for each i below `total` on the threads of the session.
inline OrtStatus* parallel(OrtApi api, const OrtKernelContext* context,
    void (*function)(void*, size_t), size_t total, void* data) {
  return at<OrtStatus*(const OrtKernelContext*, void (*)(void*, size_t), size_t, size_t, void*)>(
      api, 274)(context, function, total, total, data);
}

}  // namespace ort
