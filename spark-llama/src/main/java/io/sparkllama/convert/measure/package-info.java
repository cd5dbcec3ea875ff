/** How far one package's answers are from another's. */
package io.sparkllama.convert.measure;
