/** What the inputs of products look like, and rounding that makes use of it. */
package io.sparkllama.convert.calibrate;
