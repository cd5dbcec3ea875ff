/**
 * The safetensors format. Nothing that a file claims is believed before it is compared with the
 * file's size.
 */
package io.sparkllama.convert.safetensors;
