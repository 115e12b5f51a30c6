package dev.tidewait.hook.reap;

/** Which TIME_WAIT sockets are to go. Immutable. */
public sealed interface ReapGoal {
    /** The default: connect() becomes slow once half of the ports towards a destination are in use, because it tries those first. */
    ReapGoal DEFAULT = new KeepBelow(0.45);

    /**
     * All that are so old.
     *
     * @param millis age, 1 ms to 60 s
     */
    record TimeWait(long millis) implements ReapGoal {
        public TimeWait {
            if (millis < 1 || millis > ReapSettings.KERNEL_MILLIS) {
                throw new IllegalArgumentException(
                        "TIME_WAIT can be shortened to 1 ms to 60 s (the kernel's own length), not to " + millis
                                + " ms");
            }
        }
    }

    /**
     * Of each (source, destination) as many as make it use less than a share of the ports.
     *
     * @param share of the outgoing ports; above 0, at most 1
     */
    record KeepBelow(double share) implements ReapGoal {
        public KeepBelow {
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException(
                        "the share of ports in use can be kept below 1 % to 100 %, not below " + share * 100 + " %");
            }
        }
    }
}
