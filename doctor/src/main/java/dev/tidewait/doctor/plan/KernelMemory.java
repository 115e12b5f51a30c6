package dev.tidewait.doctor.plan;

/**
 * What TIME_WAIT costs the kernel. The sizes are those of the slabs tw_sock_TCP, tcp_bind2_bucket and tcp_bind_bucket of Linux 6.18 on x86-64
 * (/sys/kernel/slab/NAME/slab_size); other kernels differ by some tens of bytes. Immutable.
 *
 * @param timeWaitSockets sockets in TIME_WAIT
 * @param bytes with the records of the ports that they keep
 */
public record KernelMemory(long timeWaitSockets, long bytes) {
    /** One socket in TIME_WAIT. */
    public static final int SOCKET_BYTES = 256;
    /** One (source address, port) in use; destinations share it. Since Linux 6.1. */
    public static final int ADDRESS_AND_PORT_BYTES = 128;
    /** One port in use; sources and destinations share it. */
    public static final int PORT_BYTES = 128;

    /** Of so many sockets, spread evenly over the ports. */
    public static KernelMemory of(long timeWaitSockets, Capacity capacity) {
        long pairs = Math.min(timeWaitSockets, (long) capacity.portCount() * capacity.sourceCount());
        long ports = Math.min(timeWaitSockets, capacity.portCount());
        return new KernelMemory(
                timeWaitSockets, timeWaitSockets * SOCKET_BYTES + pairs * ADDRESS_AND_PORT_BYTES + ports * PORT_BYTES);
    }
}
