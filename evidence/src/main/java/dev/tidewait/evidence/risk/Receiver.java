package dev.tidewait.evidence.risk;

/**
 * What the receiver of an old duplicate looks at: whether it is taken for real, challenged or refused. Probabilities for one copy that reaches a live
 * connection. Immutable.
 *
 * <p>The order is Linux's: the timestamp first (PAWS, RFC 7323 section 5.3), then the window (RFC 9293 section 3.10.7.4), then the acknowledgement (RFC
 * 5961 section 5.2).
 *
 * @param timestamps how the copy's timestamp lies to the connection's
 * @param sequence how the copy's sequence number does
 * @param acknowledgement how its acknowledgement does
 * @param windowBytes the receive window
 */
public record Receiver(Timestamps timestamps, Sequence sequence, Acknowledgement acknowledgement, double windowBytes) {
    /** All sequence numbers that there are. */
    private static final double NUMBERS = 0x1.0p32;

    /** How the timestamp of the old segment lies to those of the new connection. */
    public enum Timestamps {
        /** Both ends use them, of one clock, and at least a tick has passed: PAWS refuses every old one. */
        ORDERED(0),
        /** Of different clocks (a host that was restarted, several behind one address): one in two is refused. */
        UNRELATED(0.5),
        /** Not in use. */
        ABSENT(1);

        private final double passing;

        Timestamps(double passing) {
            this.passing = passing;
        }
    }

    /** How the old range of sequence numbers lies to the new window. */
    public enum Sequence {
        /** Outside, because the clock of initial sequence numbers has moved on: see {@link SequenceGap}. */
        APART,
        /** Anywhere: initial sequence numbers that have nothing to do with each other. */
        UNRELATED,
        /** Inside, at least for a moment: more was sent than the clock allows for, or it turned once. 1 is the upper bound. */
        OVERLAPPING
    }

    /** Whether the old acknowledgement is one that the new connection can accept. */
    public enum Acknowledgement {
        /** The worst case. */
        ACCEPTABLE,
        /** Anywhere: it is acceptable only up to one window behind what is in flight. */
        UNRELATED
    }

    public Receiver {
        if (!(windowBytes >= 0 && windowBytes <= 1 << 30)) { // RFC 7323 section 2.2
            throw new IllegalArgumentException("a window has 0 to 1 GiB, not " + windowBytes + " bytes");
        }
    }

    /** Share that PAWS refuses. */
    public double refusedByTimestamp() {
        return 1 - timestamps.passing;
    }

    /**
     * Share whose sequence number is within the window, whatever else. That of the first byte: a segment that begins before the window and ends in it is
     * taken as well (RFC 9293 section 3.10.7.4), which adds its length to the window's and is left out here.
     */
    public double inWindow() {
        return switch (sequence) {
            case APART -> 0;
            case UNRELATED -> windowBytes / NUMBERS;
            case OVERLAPPING -> 1;
        };
    }

    /** Share that is answered with a challenge ACK: in the window, but its acknowledgement is not. */
    public double challenged() {
        return timestamps.passing * inWindow() * (1 - acknowledged());
    }

    /** Share that is taken for real. */
    public double accepted() {
        return timestamps.passing * inWindow() * acknowledged();
    }

    /**
     * From SND.UNA − MAX.SND.WND to SND.NXT (RFC 5961 section 5.2): at most two windows, where one is in flight. The sender's window stands for the
     * receiver's own: they are alike.
     */
    private double acknowledged() {
        return acknowledgement == Acknowledgement.ACCEPTABLE ? 1 : Math.min(1, 2 * windowBytes / NUMBERS);
    }

    public Receiver withWindow(double bytes) {
        return new Receiver(timestamps, sequence, acknowledgement, bytes);
    }
}
