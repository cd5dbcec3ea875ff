/** What commands show to somebody who watches, or to a log. */
package io.sparkllama.jobs.console;
