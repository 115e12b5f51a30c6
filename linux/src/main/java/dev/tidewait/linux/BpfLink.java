package dev.tidewait.linux;

import java.lang.foreign.MemorySegment;

/** Keeps a BPF program attached until it is closed or this process ends. Any thread. */
public final class BpfLink implements AutoCloseable {
    private final MemorySegment link;
    private boolean closed;

    BpfLink(MemorySegment link) {
        this.link = link;
    }

    /** Detaches the program. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            int result = (int) LibBpf.DESTROY_LINK.invokeExact(link);
            if (result < 0) {
                throw BpfObject.failure("cannot detach a BPF program", Errno.ofResult(result), "");
            }
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }
}
