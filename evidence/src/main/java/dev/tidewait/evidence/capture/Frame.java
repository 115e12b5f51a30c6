package dev.tidewait.evidence.capture;

/** A captured packet where it lies in the reader's buffer; good until the reader goes on. Owned by one thread. */
public final class Frame {
    private byte[] bytes = new byte[0];
    private int start;
    private int end;
    private int originalBytes;
    private int linkType;
    private long timeNanos;
    private boolean timed;

    /**
     * @param originalBytes length on the wire; less than the captured bytes where a file lies
     * @param timeNanos since 1970 UTC, if {@code timed}
     */
    void set(byte[] in, int from, int capturedBytes, int originalBytes, int linkType, long timeNanos, boolean timed) {
        this.bytes = in;
        this.start = from;
        this.end = from + capturedBytes;
        this.originalBytes = Math.max(originalBytes, capturedBytes);
        this.linkType = linkType;
        this.timeNanos = timeNanos;
        this.timed = timed;
    }

    byte[] bytes() {
        return bytes;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    /** Bytes that the snap length cut off. */
    int missingBytes() {
        return originalBytes - (end - start);
    }

    /** As <a href="https://www.tcpdump.org/linktypes.html">tcpdump.org</a> numbers them. */
    int linkType() {
        return linkType;
    }

    /** Nanoseconds since 1970 UTC; meaningless unless {@link #isTimed}. */
    public long timeNanos() {
        return timeNanos;
    }

    /** Whether the file says when it was captured. */
    public boolean isTimed() {
        return timed;
    }
}
