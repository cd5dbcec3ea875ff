package io.sparkllama.runtime;

import io.sparkllama.runtime.device.SessionMemory;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Memory of the devices over which a model's layers are shared out. One thread at a time. */
final class LayerMemory implements AutoCloseable {

  private final List<SessionMemory> devices;
  private final IntUnaryOperator deviceOfLayer;

  /**
   * @param devices in the order of the layers
   * @param deviceOfLayer index of the device that has a layer
   */
  LayerMemory(List<SessionMemory> devices, IntUnaryOperator deviceOfLayer) {
    this.devices = List.copyOf(devices);
    this.deviceOfLayer = deviceOfLayer;
  }

  /** All layers on one device. */
  static LayerMemory of(SessionMemory device) {
    return new LayerMemory(List.of(device), layer -> 0);
  }

  /** Where a layer's keys and values lie. */
  SessionMemory ofLayer(int layer) {
    return devices.get(deviceOfLayer.applyAsInt(layer));
  }

  /** Where the head writes. */
  SessionMemory ofLogits() {
    return devices.get(devices.size() - 1);
  }

  /** Waits for copies on all devices. */
  void finish() {
    devices.forEach(device -> device.memory().finish());
  }

  @Override
  public void close() {
    devices.forEach(SessionMemory::close);
  }
}
