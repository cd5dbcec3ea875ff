/** Finds personal data in texts by rules: patterns for candidates, checks for what they are. */
package io.sparkllama.mask;
