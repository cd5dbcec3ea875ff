/** Model packages: layouts, configuration, checks before any native code, and the node cache. */
package io.sparkllama.model;
