/**
 * What an answer must look like: JSON of a schema, a regular expression, or one of some texts.
 *
 * <p>A constraint becomes an expression over the bytes of UTF-8. The state of an answer is what is
 * still to come: the expression's derivative by the bytes so far. The tokens that may come next are
 * found by walking the vocabulary, a tree of bytes, with the state.
 */
package io.sparkllama.constraint;
