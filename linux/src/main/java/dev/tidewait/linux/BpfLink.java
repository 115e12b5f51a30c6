package dev.tidewait.linux;

import java.lang.foreign.MemorySegment;
import java.util.function.IntSupplier;

/** Keeps a BPF program attached until it is closed or this process ends. Any thread. */
public final class BpfLink implements AutoCloseable {
    private final IntSupplier detach;
    private boolean closed;

    private BpfLink(IntSupplier detach) {
        this.detach = detach;
    }

    /** Of libbpf's own making. */
    static BpfLink of(MemorySegment link) {
        return new BpfLink(() -> {
            try {
                return (int) LibBpf.DESTROY_LINK.invokeExact(link);
            } catch (Throwable e) {
                throw LibC.unexpected(e);
            }
        });
    }

    /** Of the kernel's: nothing but a descriptor. */
    static BpfLink of(int fd) {
        return new BpfLink(() -> LibC.close(fd));
    }

    /** Detaches the program. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        int result = detach.getAsInt();
        if (result < 0) {
            throw BpfObject.failure("cannot detach a BPF program", Errno.ofResult(result), "");
        }
    }
}
