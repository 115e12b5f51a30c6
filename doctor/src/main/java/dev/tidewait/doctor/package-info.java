/**
 * The view: what limits new outgoing connections on a host, which destination uses them up and when none is left, and the exact fix. It reads
 * sock_diag, /proc and sysctl by {@code dev.tidewait.linux}, and changes nothing. What prints, and what knows the command line, lives in the
 * app.
 */
@NullMarked
package dev.tidewait.doctor;

import org.jspecify.annotations.NullMarked;
