/** Text to token ids and back; control tokens are only ever placed by id. */
package io.sparkllama.tokenizer;
