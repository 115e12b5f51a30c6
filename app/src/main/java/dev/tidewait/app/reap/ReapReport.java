package dev.tidewait.app.reap;

import com.google.errorprone.annotations.FormatMethod;
import dev.tidewait.app.binding.Durations;
import dev.tidewait.hook.reap.FullestPair;
import dev.tidewait.hook.reap.ReapRow;
import dev.tidewait.hook.reap.ReapSnapshot;
import dev.tidewait.hook.reap.Spared;
import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import dev.tidewait.proxy.address.Addresses;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/**
 * What {@code tidewait reap} did, for people and for programs. Immutable.
 *
 * @param seconds since the first pass began
 * @param cpuSeconds CPU time of this process since then
 * @param snapshot what the reaper counted
 */
public record ReapReport(double seconds, double cpuSeconds, ReapSnapshot snapshot) {
    /** Rows of the table for people; JSON has all. */
    private static final int MOST_LINES = 20;

    private static final String COLUMNS = "  %-28s %-20s %10s %9s %9s %9s %9s";

    /** CPU time as a share of one core. */
    public double cpuShare() {
        return seconds == 0 ? 0 : cpuSeconds / seconds;
    }

    /** One line on how it goes. */
    public String progress(double destroyedPerSecond) {
        return format(
                "%s: %s %,d (%,.0f/s, youngest %s), %s, CPU %.1f %%",
                Durations.write(Duration.ofSeconds((long) seconds)),
                verb(),
                snapshot.destroyed(),
                destroyedPerSecond,
                age(snapshot.youngestMillis()),
                snapshot.fullest().map(ReapReport::fullest).orElse("no outgoing socket"),
                cpuShare() * 100);
    }

    /** The summary at the end. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(format(
                "%s %s in %s over %.1f s; youngest %s; %,d vanished before their turn, %,d failed",
                verb(),
                counted(snapshot.destroyed(), "TIME_WAIT socket", "TIME_WAIT sockets"),
                counted(snapshot.passes(), "pass", "passes"),
                seconds,
                age(snapshot.youngestMillis()),
                snapshot.vanished(),
                snapshot.failed()));
        lines.add(format(
                "spared in the last pass (most in one): floor %s, FIN_WAIT2 %s, listening port %s",
                spared(snapshot.sparedFloor()), spared(snapshot.sparedFinWait2()), spared(snapshot.sparedListening())));
        lines.add(format(
                "own CPU %.2f s, %.1f %% of one core; a pass without its removals %.1f ms",
                cpuSeconds, cpuShare() * 100, snapshot.passMillis()));
        snapshot.fullest().ifPresent(pair -> lines.add(fullest(pair)));
        if (!snapshot.rows().isEmpty()) {
            lines.add(format(
                    COLUMNS,
                    "destination",
                    "source",
                    snapshot.dryRun() ? "would go" : "destroyed",
                    "youngest",
                    "vanished",
                    "too young",
                    "most used"));
            snapshot.rows().stream().limit(MOST_LINES).map(ReapReport::line).forEach(lines::add);
            if (snapshot.rows().size() > MOST_LINES) {
                lines.add(format(
                        "  and %,d more (--json has them)", snapshot.rows().size() - MOST_LINES));
            }
        }
        return lines;
    }

    /** The same for programs. */
    public void write(JsonGenerator json) {
        json.writeStartObject();
        json.writeBooleanProperty("dryRun", snapshot.dryRun());
        json.writeNumberProperty("seconds", seconds);
        json.writeNumberProperty("cpuSeconds", cpuSeconds);
        json.writeNumberProperty("cpuPercent", cpuShare() * 100);
        json.writeNumberProperty("portCount", snapshot.portCount());
        json.writeNumberProperty("passes", snapshot.passes());
        json.writeNumberProperty("passMillis", snapshot.passMillis());
        json.writeNumberProperty("destroyed", snapshot.destroyed());
        json.writeNumberProperty("vanished", snapshot.vanished());
        json.writeNumberProperty("failed", snapshot.failed());
        json.writeNumberProperty("youngestMillis", snapshot.youngestMillis());
        json.writeObjectPropertyStart("spared");
        write(json, "floor", snapshot.sparedFloor());
        write(json, "finWait2", snapshot.sparedFinWait2());
        write(json, "listening", snapshot.sparedListening());
        json.writeEndObject();
        json.writeName("fullest");
        if (snapshot.fullest().isPresent()) {
            write(json, snapshot.fullest().get());
        } else {
            json.writeNull();
        }
        json.writeArrayPropertyStart("destinations");
        snapshot.rows().forEach(row -> write(json, row));
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, Spared spared) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("now", spared.now());
        json.writeNumberProperty("most", spared.most());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, FullestPair pair) {
        json.writeStartObject();
        json.writeStringProperty("destination", text(pair.destination()));
        json.writeStringProperty("source", text(pair.source()));
        json.writeNumberProperty("used", pair.used());
        json.writeNumberProperty("usedAfter", pair.usedAfter());
        json.writeNumberProperty("usedPercent", pair.share() * 100);
        json.writeNumberProperty("perSecond", pair.perSecond());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, ReapRow row) {
        json.writeStartObject();
        json.writeStringProperty("destination", text(row.destination()));
        json.writeStringProperty("source", text(row.source()));
        json.writeNumberProperty("destroyed", row.destroyed());
        json.writeNumberProperty("vanished", row.vanished());
        json.writeNumberProperty("failed", row.failed());
        json.writeNumberProperty("youngestMillis", row.youngestMillis());
        json.writeNumberProperty("mostSparedFloor", row.mostSparedFloor());
        json.writeNumberProperty("mostSparedFinWait2", row.mostSparedFinWait2());
        json.writeNumberProperty("mostUsed", row.mostUsed());
        json.writeEndObject();
    }

    private String verb() {
        return snapshot.dryRun() ? "would have destroyed" : "destroyed";
    }

    private static String line(ReapRow row) {
        return format(
                COLUMNS,
                text(row.destination()),
                text(row.source()),
                format("%,d", row.destroyed()),
                age(row.youngestMillis()),
                format("%,d", row.vanished()),
                format("%,d", row.mostSparedFloor()),
                format("%,d", row.mostUsed()));
    }

    private static String fullest(FullestPair pair) {
        return format(
                "fullest %s from %s: %,d of %,d ports in use (%.1f %%), then %,d",
                text(pair.destination()),
                text(pair.source()),
                pair.used(),
                pair.portCount(),
                pair.share() * 100,
                pair.usedAfter());
    }

    private static String counted(long count, String one, String many) {
        return format("%,d %s", count, count == 1 ? one : many);
    }

    private static String spared(Spared spared) {
        return format("%,d (%,d)", spared.now(), spared.most());
    }

    private static String age(long millis) {
        return millis == 0 ? "-" : format("%.2f s", millis / 1e3);
    }

    private static String text(Destination destination) {
        return Addresses.text(new InetSocketAddress(destination.address().toInetAddress(), destination.port()));
    }

    private static String text(IpAddress address) {
        return Addresses.text(address.toInetAddress());
    }

    @FormatMethod
    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
