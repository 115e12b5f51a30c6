package dev.tidewait.app.plan;

import dev.tidewait.doctor.plan.Capacity;
import dev.tidewait.doctor.plan.Preset;
import dev.tidewait.doctor.plan.WantedRate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The plan for people: figures and their origins, the highest rate, the table, the wanted rate, notes. No state. */
public final class PlanText {
    private PlanText() {}

    public static List<String> lines(Plan plan) {
        List<String> lines = new ArrayList<>(inputs(plan.inputs()));
        lines.add("");
        lines.add(highest(plan.capacity()));
        lines.addAll(PlanTable.lines(plan));
        plan.wanted().ifPresent(wanted -> {
            lines.add("");
            lines.addAll(WantedText.lines(wanted, plan.inputs()));
        });
        plan.risk().ifPresent(risk -> {
            lines.add("");
            lines.addAll(risk.lines(plan));
        });
        List<String> notes = notes(plan);
        if (!notes.isEmpty()) {
            lines.add("");
            notes.forEach(note -> lines.add("note: " + note));
        }
        return lines;
    }

    private static List<String> inputs(PlanInputs inputs) {
        List<String> lines = new ArrayList<>();
        inputs.preset().ifPresent(preset -> lines.add(preset.title()));
        lines.add(input(Amounts.counted(inputs.ports().value(), "port"), inputs.ports()));
        lines.add(input(Amounts.counted(inputs.sources().value(), "source"), inputs.sources()));
        if (inputs.destinationsCount()) {
            lines.add(input(Amounts.counted(inputs.destinations().value(), "destination"), inputs.destinations()));
        }
        lines.add(input(Amounts.seconds(inputs.timeWaitMillis().value()) + " of TIME_WAIT", inputs.timeWaitMillis()));
        lines.add(input(Amounts.seconds(inputs.holdMillis().value()) + " open for each request", inputs.holdMillis()));
        lines.add(input(
                Amounts.counted(inputs.requestsPerConnection().value(), "request") + " on each connection",
                inputs.requestsPerConnection()));
        return lines;
    }

    private static String input(String amount, Figure<?> figure) {
        return String.format(Locale.ROOT, "%-30s %s", amount, figure.origin());
    }

    private static String highest(Capacity capacity) {
        String open = capacity.openMillis() == 0 ? "" : Amounts.seconds(capacity.openMillis()) + " open + ";
        String time = open + Amounts.seconds(capacity.timeWaitMillis());
        String rate = capacity.requestsPerConnection() == 1
                ? Amounts.connectionsPerSecond(capacity) + " new connections a second"
                : Amounts.requestsPerSecond(capacity) + " requests a second on "
                        + Amounts.connectionsPerSecond(capacity) + " new connections";
        return "At most " + rate + ": " + Amounts.counted(capacity.fourTuples(), "four-tuple") + " ÷ "
                + (open.isEmpty() ? time : "(" + time + ")") + ".";
    }

    private static List<String> notes(Plan plan) {
        List<String> notes = new ArrayList<>();
        plan.inputs().preset().map(Preset::note).ifPresent(notes::add);
        plan.inputs().host().ifPresent(host -> {
            long sockets = plan.wanted().map(WantedRate::timeWaitSockets).orElseGet(plan.capacity()::timeWaitSockets);
            if (sockets > host.maxTimeWaitBuckets()) {
                notes.add(
                        Amounts.count(sockets)
                                + " sockets in TIME_WAIT are more than net.ipv4.tcp_max_tw_buckets of this host, "
                                + Amounts.count(host.maxTimeWaitBuckets())
                                + ": the kernel would drop the newest. Inbound connections count too; raise it to twice the sum.");
            }
            notes.add(
                    host.others().size() == 0
                            ? "net.ipv4.ip_local_port_range leaves Tidewait no port of its own: narrow it, for example to 64000 65535."
                            : "Tidewait itself connects from the ports that the kernel does not give out, here "
                                    + Amounts.count(host.others().size()) + " (" + host.others()
                                    + ") less those on which something listens.");
        });
        return notes;
    }
}
