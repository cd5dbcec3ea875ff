/** Files that a conversion reads, local or on any file system that the Hadoop client knows. */
package io.sparkllama.convert.source;
