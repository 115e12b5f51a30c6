package dev.tidewait.doctor.census;

import java.util.Map;
import java.util.OptionalLong;

/**
 * The kernel's TCP counters of this namespace at the last look, by nstat(8) name, and how much they grew between two looks. Immutable.
 *
 * @param now since the namespace was made
 * @param growth between the looks; empty after one look
 */
public record CounterReading(Map<String, Long> now, Map<String, Long> growth) {
    /** Closes that got no TIME_WAIT because tcp_max_tw_buckets was reached. */
    public static final String TIME_WAIT_OVERFLOW = "TcpExtTCPTimeWaitOverflow";
    /** Answers to our SYN with a wrong timestamp echo. */
    public static final String PAWS_ACTIVE = "TcpExtPAWSActive";
    /** Segments of open connections refused because their timestamp was old. */
    public static final String PAWS_ESTABLISHED = "TcpExtPAWSEstab";
    /** SYN segments refused in TIME_WAIT because their timestamp was old (Linux 6.15). */
    public static final String PAWS_TIME_WAIT = "TcpExtPAWSTimewait";
    /** SYN segments sent again, and answers (SYN-ACK) to the SYN of others sent again. */
    public static final String SYN_RETRANSMITS = "TcpExtTCPSynRetrans";
    /** RST segments sent. */
    public static final String RESETS_SENT = "TcpOutRsts";
    /** Open connections that a RST ended. */
    public static final String ESTABLISHED_RESETS = "TcpEstabResets";
    /** Connects that failed, and handshakes of others that did. */
    public static final String FAILED_ATTEMPTS = "TcpAttemptFails";
    /** Connections opened from here. */
    public static final String ACTIVE_OPENS = "TcpActiveOpens";
    /** TIME_WAIT sockets taken over by connect(). */
    public static final String TIME_WAIT_TAKEN_OVER = "TcpExtTWRecycled";

    public static final CounterReading NONE = new CounterReading(Map.of(), Map.of());

    public CounterReading {
        now = Map.copyOf(now);
        growth = Map.copyOf(growth);
    }

    /** Empty if this kernel does not have the counter. */
    public OptionalLong now(String name) {
        return number(now, name);
    }

    /** Empty after one look, or if this kernel does not have the counter. */
    public OptionalLong growth(String name) {
        return number(growth, name);
    }

    private static OptionalLong number(Map<String, Long> values, String name) {
        Long value = values.get(name);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
