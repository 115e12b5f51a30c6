package dev.tidewait.app.plan;

import dev.tidewait.doctor.plan.Capacity;
import dev.tidewait.doctor.plan.KernelMemory;
import dev.tidewait.doctor.plan.WantedRate;
import dev.tidewait.ports.Floors;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** The answer to a wanted rate: possible or not, what alone would suffice, and the age at reuse. No state. */
final class WantedText {
    private WantedText() {}

    static List<String> lines(WantedRate wanted, PlanInputs inputs) {
        Capacity capacity = wanted.capacity();
        List<String> lines = new ArrayList<>();
        lines.add(verdict(wanted));
        lines.add(
                wanted.isPossible()
                        ? "Each of these alone would do as well:"
                        : "Each of these alone makes it possible:");
        lines.add(change("sources", counted(wanted.sourcesNeeded(), capacity.sourceCount())));
        lines.add(change("ports", ports(wanted)));
        lines.add(change(
                "TIME_WAIT", timeWait(wanted) + (inputs.isTimeWaitOurs() ? "" : ", if the gateway lets you set it")));
        lines.add(change("keep-alive", keepAlive(wanted)));
        if (inputs.destinationsCount()) {
            lines.add(change("destinations", counted(wanted.destinationsNeeded(), capacity.destinationCount())));
        }
        if (inputs.isLinux() && wanted.ageAtReuseMillis().isPresent()) {
            lines.addAll(age(wanted.ageAtReuseMillis().getAsLong()));
            lines.add(memory(wanted));
        }
        return lines;
    }

    private static String verdict(WantedRate wanted) {
        Capacity capacity = wanted.capacity();
        String rate = Amounts.count(wanted.requestsPerSecond())
                + (capacity.requestsPerConnection() > 1
                        ? " requests a second on " + Amounts.count(wanted.connectionsPerSecond()) + " new connections"
                        : " connections a second");
        return rate + " occupy " + Amounts.counted(wanted.fourTuples(), "four-tuple") + " of "
                + Amounts.count(capacity.fourTuples()) + ": "
                + (wanted.isPossible()
                        ? "possible."
                        : "not possible. At most " + Amounts.requestsPerSecond(capacity) + " are.");
    }

    private static String ports(WantedRate wanted) {
        long needed = wanted.portsNeeded();
        return needed <= Capacity.MOST_USUAL_PORTS
                ? counted(needed, wanted.capacity().portCount())
                : "not alone: " + Amounts.count(needed) + " of each source, which has at most "
                        + Amounts.count(Capacity.MOST_USUAL_PORTS);
    }

    private static String timeWait(WantedRate wanted) {
        String now = " instead of " + Amounts.seconds(wanted.capacity().timeWaitMillis());
        OptionalLong age = wanted.ageAtReuseMillis();
        return age.isPresent()
                ? "at most " + Amounts.seconds(age.getAsLong()) + now
                : "not alone: " + tooManyOpen(wanted);
    }

    private static String keepAlive(WantedRate wanted) {
        OptionalLong needed = wanted.requestsPerConnectionNeeded();
        return needed.isPresent()
                ? counted(needed.getAsLong(), wanted.capacity().requestsPerConnection()) + " on each connection"
                : "not alone: " + tooManyOpen(wanted);
    }

    private static String tooManyOpen(WantedRate wanted) {
        return Amounts.count(wanted.openConnections()) + " connections are open at a time";
    }

    /** For whom the age is enough, by the floors of the rule. */
    private static List<String> age(long ageMillis) {
        Floors floors = Floors.DEFAULT;
        String first = "With elastic TIME_WAIT (tidewait proxy, run, attach) each of these four-tuples rests "
                + Amounts.seconds(ageMillis) + " at this rate:";
        String enough;
        if (ageMillis >= floors.unknownMillis()) {
            enough = "above every floor, also of connections without TCP timestamps.";
        } else if (ageMillis >= floors.sequenceMillis()) {
            enough =
                    "above the floors of 1 s with TCP timestamps and 5 s without, below the 15 s where nothing is known.";
        } else if (ageMillis >= floors.timestampsMillis()) {
            enough = "above the floor of 1 s with TCP timestamps; below the 5 s without.";
        } else {
            enough = "below the least floor of 1 s, so connections would wait in line.";
        }
        return List.of(first, "  " + enough);
    }

    private static String memory(WantedRate wanted) {
        KernelMemory memory = KernelMemory.of(wanted.timeWaitSockets(), wanted.capacity());
        return "The kernel then holds " + Amounts.counted(memory.timeWaitSockets(), "socket") + " in TIME_WAIT, "
                + Amounts.megabytes(memory.bytes()) + ".";
    }

    private static String counted(long needed, long now) {
        return Amounts.count(needed) + " instead of " + Amounts.count(now);
    }

    private static String change(String what, String text) {
        return String.format(Locale.ROOT, "  %-13s %s", what, text);
    }
}
