package dev.tidewait.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Buffers that were not released, seen by Netty's detector, which looks at every buffer. Any thread.
 *
 * <p>Netty takes the detector with the first buffer that is made. Since any test may make that, this is also an extension that JUnit finds by
 * itself and runs before every class.
 */
public final class Leaks implements BeforeAllCallback {
    private static final List<String> FOUND = new CopyOnWriteArrayList<>();
    private static final AtomicLong OPEN = new AtomicLong();
    private static final int ROUNDS = 5;
    private static final int BUFFERS_PER_ROUND = 200;

    @Override
    public void beforeAll(ExtensionContext context) {
        watch();
    }

    /** To be called before the first buffer is made, where JUnit does not. */
    public static void watch() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new RecordingFactory());
    }

    /** What has been found so far; makes the collector and the detector look first. */
    public static List<String> found() {
        for (int round = 0; round < ROUNDS; round++) {
            System.gc();
            for (int i = 0; i < BUFFERS_PER_ROUND; i++) {
                PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
            }
        }
        return List.copyOf(FOUND);
    }

    /**
     * Buffers that are in use or were forgotten, of those that the detector is for: direct ones, and slices of them.
     *
     * @throws IllegalStateException the first buffer was made before {@link #watch()}, and nothing is seen
     */
    static long openCount() {
        long before = OPEN.get();
        ByteBuf probe = PooledByteBufAllocator.DEFAULT.directBuffer(16);
        boolean seen = OPEN.get() > before;
        probe.release();
        if (!seen) {
            throw new IllegalStateException("Netty does not know this detector: the first buffer was made too early");
        }
        return OPEN.get();
    }

    /** Counts on opening and on closing. */
    private record Counted<T>(ResourceLeakTracker<T> tracker) implements ResourceLeakTracker<T> {
        Counted {
            OPEN.incrementAndGet();
        }

        @Override
        public void record() {
            tracker.record();
        }

        @Override
        public void record(Object hint) {
            tracker.record(hint);
        }

        @Override
        public boolean close(T tracked) {
            boolean closed = tracker.close(tracked);
            if (closed) {
                OPEN.decrementAndGet();
            }
            return closed;
        }

        @Override
        public @Nullable Throwable getCloseStackTraceIfAny() {
            return tracker.getCloseStackTraceIfAny();
        }
    }

    private static final class RecordingFactory extends ResourceLeakDetectorFactory {
        @Override
        @SuppressWarnings("deprecation") // abstract in the supertype
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                Class<T> resource, int samplingInterval, long maxActive) {
            return newResourceLeakDetector(resource, samplingInterval);
        }

        @Override
        @SuppressWarnings("deprecation") // the only constructor
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval) {
            return new ResourceLeakDetector<T>(resource, samplingInterval) {
                @Override
                public @Nullable ResourceLeakTracker<T> track(T made) {
                    ResourceLeakTracker<T> tracker = super.track(made);
                    return tracker == null ? null : new Counted<>(tracker);
                }

                @Override
                protected void reportTracedLeak(String resourceType, String records) {
                    FOUND.add(resourceType + records);
                }

                @Override
                protected void reportUntracedLeak(String resourceType) {
                    FOUND.add(resourceType);
                }
            };
        }
    }
}
