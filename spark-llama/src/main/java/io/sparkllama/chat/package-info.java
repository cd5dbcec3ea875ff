/** A conversation with a model, turn by turn. */
package io.sparkllama.chat;
