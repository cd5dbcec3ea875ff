// What operators share: tensors in, work over threads, and their description for ONNX Runtime.
#pragma once

#include <algorithm>
#include <atomic>
#include <vector>

#include "ort_abi.h"

namespace spark_llama {

struct Tensor {
  void* data = nullptr;
  std::vector<int64_t> shape;

  int64_t elements() const {
    int64_t count = 1;
    for (int64_t size : shape) count *= size;
    return count;
  }
};

inline OrtStatus* read(OrtApi api, const OrtKernelContext* context, size_t index, Tensor* tensor) {
  const OrtValue* value = nullptr;
  OrtTensorTypeAndShapeInfo* shape = nullptr;
  size_t rank = 0;
  if (OrtStatus* status = ort::input(api, context, index, &value)) return status;
  if (OrtStatus* status = ort::mutableData(api, const_cast<OrtValue*>(value), &tensor->data)) {
    return status;
  }
  if (OrtStatus* status = ort::shape(api, value, &shape)) return status;
  OrtStatus* status = ort::rank(api, shape, &rank);
  if (!status) {
    tensor->shape.resize(rank);
    status = ort::sizes(api, shape, tensor->shape.data(), rank);
  }
  ort::release(api, shape);
  return status;
}

/// Calls a function for each number below `total`, the next one whenever a thread is free.
template <typename Function>
OrtStatus* each(
    OrtApi api, const OrtKernelContext* context, int threads, int total, const Function& function) {
  struct Work {
    const Function* function;
    std::atomic<int> next;
    int total;
  } work{&function, {0}, total};
  const auto run = [](void* data, size_t) {
    Work& work = *static_cast<Work*>(data);
    for (int i = work.next++; i < work.total; i = work.next++) (*work.function)(i);
  };
  if (threads == 1 || total == 1) {
    run(&work, 0);
    return nullptr;
  }
  return ort::parallel(api, context, run, std::min(threads, total), &work);
}

/// A tensor that the operator writes.
inline OrtStatus* write(OrtApi api, OrtKernelContext* context, size_t index,
    const std::vector<int64_t>& shape, void** data) {
  OrtValue* output = nullptr;
  if (OrtStatus* status =
          ort::output(api, context, index, shape.data(), shape.size(), &output)) return status;
  return ort::mutableData(api, output, data);
}

template <typename Kernel>
OrtStatus* createKernel(const OrtCustomOp*, OrtApi api, const OrtKernelInfo* info, void** kernel) {
  auto* created = new Kernel;
  if (OrtStatus* status = created->open(api, info)) {
    delete created;
    return status;
  }
  *kernel = created;
  return nullptr;
}

/// An operator without its name, inputs and outputs; `Kernel` has `open` and `compute`.
template <typename Kernel>
OrtCustomOp operatorOf() {
  OrtCustomOp op{};
  op.version = ort::VERSION;
  op.GetExecutionProviderType = [](const OrtCustomOp*) { return static_cast<const char*>(nullptr); };
  op.GetInputCharacteristic = [](const OrtCustomOp*, size_t) { return 0; };
  op.GetOutputCharacteristic = [](const OrtCustomOp*, size_t) { return 0; };
  op.GetInputMemoryType = [](const OrtCustomOp*, size_t) { return 0; };
  op.CreateKernelV2 = createKernel<Kernel>;
  op.KernelComputeV2 = [](void* kernel, OrtKernelContext* context) {
    return static_cast<const Kernel*>(kernel)->compute(context);
  };
  op.KernelDestroy = [](void* kernel) { delete static_cast<Kernel*>(kernel); };
  op.GetStartVersion = [](const OrtCustomOp*) { return 1; };
  op.GetEndVersion = [](const OrtCustomOp*) { return 1; };
  return op;
}

std::vector<OrtCustomOp> slotAttention();
std::vector<OrtCustomOp> quantizeTokens();
std::vector<OrtCustomOp> tokenProducts();
std::vector<OrtCustomOp> normTokens();
std::vector<OrtCustomOp> nextTokens();

}  // namespace spark_llama
