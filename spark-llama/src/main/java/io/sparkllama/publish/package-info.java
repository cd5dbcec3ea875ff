/**
 * Packages between a local folder and the places where others take them from: any file system that
 * the Hadoop client knows, and model hubs with the HTTP interface of the Hugging Face Hub. Files go
 * by their hashes, a transfer that was interrupted goes on where it was, and what is half there is
 * never taken for a package.
 */
package io.sparkllama.publish;
