/**
 * Late segments of a running host, as its kernel sees them: BPF programs on a network device's ingress and on the ends of connections, and what they
 * count.
 *
 * <p>Lives here: loading the programs of {@code src/main/bpf}, reading what they tell, and the sums. May not live here: output, JSON, the command line.
 * Nothing here changes a packet or a socket.
 *
 * <p>Start reading at {@link dev.tidewait.evidence.live.LiveWatch}; what counts as late is said in {@code late_segments.bpf.c}.
 */
@NullMarked
package dev.tidewait.evidence.live;

import org.jspecify.annotations.NullMarked;
