/**
 * The kernel, as far as TCP ports and TIME_WAIT need it: sock_diag, socket options, sysctls, counters, listening ports,
 * capabilities, port-block locks, network namespaces, BPF objects, cgroups and processes, all through the foreign-function API.
 *
 * <p>Lives here: facts read from the kernel and requests made to it, each errno as a named outcome. May not live here: any
 * policy (which port, which age; that is {@code ports}), Netty, threads, logging.
 *
 * <p>Start reading at {@link dev.tidewait.linux.SocketDiag}: it answers "who holds this four-tuple" and destroys TIME_WAIT
 * sockets, for which it wants a {@link dev.tidewait.linux.TimeWaitSocket} as proof. Every call into libc goes through the
 * package-private {@code LibC}, into libbpf through {@code LibBpf} (start at {@link dev.tidewait.linux.BpfObject}).
 * Everything that opens a socket or reads {@code /proc} does so in the network namespace of the calling thread.
 */
@NullMarked
package dev.tidewait.linux;

import org.jspecify.annotations.NullMarked;
