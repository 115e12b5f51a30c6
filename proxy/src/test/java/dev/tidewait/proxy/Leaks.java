package dev.tidewait.proxy;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Buffers that were not released, seen by Netty's detector, which looks at every buffer. Any thread. */
public final class Leaks {
    private static final List<String> FOUND = new CopyOnWriteArrayList<>();
    private static final int ROUNDS = 5;
    private static final int BUFFERS_PER_ROUND = 200;

    private Leaks() {}

    /** To be called before the first buffer is made. */
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
