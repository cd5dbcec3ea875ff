/** Requests in, results out: queue, admission, KV slots, prefill, decode, sampling, scoring. */
package io.sparkllama.engine;
