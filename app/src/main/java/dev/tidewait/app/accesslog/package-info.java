/**
 * The access log: from records of exchanges to lines in a file.
 *
 * <p>What lives here: the thread that writes (start reading at {@link dev.tidewait.app.accesslog.AccessLogWriter}), the formats, and the
 * files. What may not live here: decisions about exchanges.
 */
@NullMarked
package dev.tidewait.app.accesslog;

import org.jspecify.annotations.NullMarked;
