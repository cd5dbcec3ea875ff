package io.sparkllama.convert;

import io.sparkllama.errors.ConversionException;
import java.util.Set;

/**
 * How a package stores its weights, and for which device.
 *
 * @param precision of the weights
 * @param block values that share a scale: 32, 64 or 128; products that are not cut into blocks do
 *     not look at it
 * @param device where the package is going to run
 */
public record Storage(Precision precision, int block, Device device) {

  public static final int DEFAULT_BLOCK = 32;

  private static final Set<Integer> BLOCKS = Set.of(32, 64, 128);

  /** Refuses what no device has kernels for. */
  public Storage {
    if (!BLOCKS.contains(block)) {
      throw new ConversionException(
          "Invalid block size: found %d, expected 32, 64 or 128. Choose one of them."
              .formatted(block));
    }
    if (precision == Precision.BF16 && device == Device.CPU) {
      throw noKernels(precision, device, "fp16, or the device cuda");
    }
    if (precision == Precision.FP32 && device == Device.CUDA) {
      throw noKernels(precision, device, "fp16 or bf16, or the device cpu");
    }
    if (precision == Precision.W8A8 && device == Device.CUDA) {
      throw noKernels(precision, device, "int8, or the device cpu");
    }
  }

  /** In blocks of 32, for this machine's kind of device. */
  public static Storage of(Precision precision) {
    return new Storage(precision, DEFAULT_BLOCK, Device.CPU);
  }

  private static ConversionException noKernels(Precision precision, Device device, String instead) {
    return new ConversionException(
        "Cannot make a package of precision %s for %s: ONNX Runtime has no kernels for it. Use the precision %s."
            .formatted(precision.label(), device.label(), instead));
  }
}
