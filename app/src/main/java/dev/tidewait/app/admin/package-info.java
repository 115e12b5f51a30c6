/**
 * The admin endpoint: health, metrics and the state of the ports over HTTP on loopback.
 *
 * <p>What lives here: the server (start reading at {@link dev.tidewait.app.admin.AdminServer}), one {@code Page} for each path, and the
 * counters behind {@code /metrics}. What may not live here: anything that changes something; what a POST does (a reload) is handed in.
 */
@NullMarked
package dev.tidewait.app.admin;

import org.jspecify.annotations.NullMarked;
