/** Asks the same about different people, and compares the answers. */
package io.sparkllama.jobs.audit;
