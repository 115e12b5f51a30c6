package dev.tidewait.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a {@link SilentPeer} behaves. Immutable; start from {@link #FREEBSD}.
 *
 * @param sequenceLead TIME_WAIT behaves as if so many bytes more had been received before the close; with 2^30 every reuse within
 *     {@code timeWait} is below its sequence
 * @param silenceReuses so many first connects on used four-tuples get no answer to any of their SYNs
 * @param loseSyns of so many first connects on used four-tuples the first SYN is lost, the second is answered
 * @param dropAll no SYN is answered
 * @param timestamps the peer uses TCP timestamps if we do
 * @param timeWait how long its TIME_WAIT lasts
 * @param repeatFin the first connection that we close first gets its FIN once more, so long after its end; 0 = never
 */
public record SilentPlan(
        int sequenceLead,
        int silenceReuses,
        int loseSyns,
        boolean dropAll,
        boolean timestamps,
        Duration timeWait,
        Duration repeatFin) {

    /** TIME_WAIT of 60 s that looks at the sequence number only. */
    public static final SilentPlan FREEBSD =
            new SilentPlan(0, 0, 0, false, true, Duration.ofSeconds(60), Duration.ZERO);

    public SilentPlan withSequenceLead(int bytes) {
        return new SilentPlan(bytes, silenceReuses, loseSyns, dropAll, timestamps, timeWait, repeatFin);
    }

    public SilentPlan withSilenceReuses(int count) {
        return new SilentPlan(sequenceLead, count, loseSyns, dropAll, timestamps, timeWait, repeatFin);
    }

    public SilentPlan withLoseSyns(int count) {
        return new SilentPlan(sequenceLead, silenceReuses, count, dropAll, timestamps, timeWait, repeatFin);
    }

    public SilentPlan withDropAll(boolean on) {
        return new SilentPlan(sequenceLead, silenceReuses, loseSyns, on, timestamps, timeWait, repeatFin);
    }

    public SilentPlan withTimestamps(boolean on) {
        return new SilentPlan(sequenceLead, silenceReuses, loseSyns, dropAll, on, timeWait, repeatFin);
    }

    /** @param delay whole milliseconds */
    public SilentPlan withRepeatFin(Duration delay) {
        return new SilentPlan(sequenceLead, silenceReuses, loseSyns, dropAll, timestamps, timeWait, delay);
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(
                "--sequence-lead", Integer.toString(sequenceLead),
                "--silence-reuses", Integer.toString(silenceReuses),
                "--lose-syns", Integer.toString(loseSyns),
                "--time-wait-millis", Long.toString(timeWait.toMillis()),
                "--repeat-fin-millis", Long.toString(repeatFin.toMillis())));
        if (dropAll) {
            arguments.add("--drop-all");
        }
        if (!timestamps) {
            arguments.add("--no-timestamps");
        }
        return arguments;
    }
}
