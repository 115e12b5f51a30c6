package dev.tidewait.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.Consumer;

/** Reads what BPF programs write into a ring buffer map. Owned by one thread; close it before its object. */
public final class BpfRingBuffer implements AutoCloseable {
    private static final FunctionDescriptor SAMPLE = FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);

    private final Arena arena = Arena.ofShared();
    private final Consumer<MemorySegment> consumer;
    private final MemorySegment buffer;
    private boolean closed;

    /**
     * @param map a map of the kind ring buffer
     * @param consumer gets each record; the segment is valid during the call only
     * @throws LinuxException if libbpf cannot map it
     */
    public BpfRingBuffer(BpfMap map, Consumer<MemorySegment> consumer) {
        this.consumer = consumer;
        MemorySegment captured = LibC.captured();
        BpfLog.clear();
        try {
            MethodHandle target = MethodHandles.lookup()
                    .bind(
                            this,
                            "sample",
                            MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class, long.class));
            MemorySegment callback = Linker.nativeLinker().upcallStub(target, SAMPLE, arena);
            buffer = (MemorySegment) LibBpf.NEW_RING_BUFFER.invokeExact(
                    captured, map.fd(), callback, MemorySegment.NULL, MemorySegment.NULL);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
        if (buffer.address() == 0) {
            Errno errno = Errno.ofResult(LibC.result(-1, captured));
            arena.close();
            throw BpfObject.failure("cannot read a BPF ring buffer", errno, "");
        }
    }

    /** ring_buffer_sample_fn. Nothing may be thrown into native code (the JVM would end), so it becomes an error that ends the reading. */
    int sample(MemorySegment context, MemorySegment record, long bytes) {
        try {
            consumer.accept(record.reinterpret(bytes));
            return 0;
        } catch (Throwable e) {
            return -Errno.EINVAL.number();
        }
    }

    /**
     * Hands on all records that are there, without waiting.
     *
     * @return how many
     * @throws LinuxException if the consumer threw
     */
    public int consume() {
        try {
            int result = (int) LibBpf.CONSUME.invokeExact(buffer);
            if (result < 0) {
                throw BpfObject.failure("a record of a BPF ring buffer was refused", Errno.ofResult(result), "");
            }
            return result;
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
    }

    /** Closing twice does nothing. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            LibBpf.FREE_RING_BUFFER.invokeExact(buffer);
        } catch (Throwable e) {
            throw LibC.unexpected(e);
        }
        arena.close();
    }
}
