package dev.tidewait.doctor.census;

import dev.tidewait.linux.Sysctl;

/**
 * From which age on connect() takes over a TIME_WAIT of its own accord (tcp_twsk_unique; kernel side of tcp_tw_reuse). Immutable. It also needs
 * timestamps at the peer, which sock_diag does not tell of a TIME_WAIT.
 *
 * @param mode net.ipv4.tcp_tw_reuse: 0 never, 1 always, 2 on loopback
 * @param delayMillis net.ipv4.tcp_tw_reuse_delay; 1,000 before Linux 6.14
 * @param hasTimestamps net.ipv4.tcp_timestamps is not 0
 */
record TimeWaitReuse(int mode, int delayMillis, boolean hasTimestamps) {
    private static final int FIXED_DELAY_MILLIS = 1_000;
    private static final int LOOPBACK_ONLY = 2;

    static TimeWaitReuse read() {
        int delay = (int) Sysctl.tcpTwReuseDelayMillis().orElse(FIXED_DELAY_MILLIS);
        return new TimeWaitReuse(Sysctl.tcpTwReuse(), delay, Sysctl.tcpTimestamps() != 0);
    }

    boolean isPossible(boolean loopback) {
        return hasTimestamps && (mode == 1 || (mode == LOOPBACK_ONLY && loopback));
    }

    double delaySeconds() {
        return delayMillis / 1_000.0;
    }
}
