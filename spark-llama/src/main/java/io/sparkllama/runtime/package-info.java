/** ONNX Runtime and nothing else: graphs, sessions, KV memory. No other package imports it. */
package io.sparkllama.runtime;
