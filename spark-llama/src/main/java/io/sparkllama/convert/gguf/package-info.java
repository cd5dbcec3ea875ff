/**
 * The GGUF format, versions 2 and 3, as its specification in the ggml project describes it. Nothing
 * that a file claims is believed before it is compared with the file's size.
 */
package io.sparkllama.convert.gguf;
