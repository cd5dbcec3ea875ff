/** {@code spark-submit} commands: a table in, a Delta table with answers out. */
package io.sparkllama.jobs;
