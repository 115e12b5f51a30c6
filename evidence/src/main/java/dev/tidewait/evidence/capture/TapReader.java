package dev.tidewait.evidence.capture;

import dev.tidewait.linux.PacketTap;
import java.util.concurrent.TimeUnit;

/** Packets as they pass a network device, read like a capture. Owned by one thread. */
public final class TapReader implements CaptureReader {
    /** As far as the decoder may look: IPv6 and TCP with all their options. */
    private static final int MOST_BYTES = 128;
    /** LINKTYPE_RAW: begins with the IP header. */
    private static final int RAW = 101;

    /** Packets between two looks at whether it is over, where they come without a break. */
    private static final int LOOK_EACH = 1_024;

    /** How a reader passes the time. */
    public interface Patience {
        /** Waits a moment, at most until it {@link #isOver}. */
        void await() throws InterruptedException;

        /** Whether the tap is to end. */
        boolean isOver();
    }

    private final PacketTap tap;
    private final Patience patience;
    private final byte[] bytes = new byte[MOST_BYTES];
    private int taken;
    private boolean ended;

    /** @param tap closed by the reader */
    public TapReader(PacketTap tap, Patience patience) {
        this.tap = tap;
        this.patience = patience;
    }

    @Override
    public boolean next(Frame frame) {
        if (!ended && ++taken % LOOK_EACH == 0 && patience.isOver()) {
            end();
        }
        while (!tap.next()) {
            if (ended) {
                return false;
            }
            if (patience.isOver() || !waited()) {
                end();
            }
        }
        int captured = tap.copy(bytes);
        frame.set(bytes, 0, captured, tap.bytes(), RAW, tap.nanos(), true);
        return true;
    }

    private boolean waited() {
        try {
            patience.await();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What the kernel has taken until now is still to come. */
    private void end() {
        ended = true;
        tap.stop();
        try {
            TimeUnit.MILLISECONDS.sleep(2L * PacketTap.HANDED_OVER_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        tap.close();
    }
}
