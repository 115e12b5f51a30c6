package dev.tidewait.app.plan;

import dev.tidewait.doctor.plan.Capacity;
import dev.tidewait.doctor.plan.Preset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code --preset list} shows: each preset's figures, what they make from one source to one destination, and where they are documented. No state. */
public final class PresetList {
    private PresetList() {}

    public static List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Preset preset : Preset.values()) {
            Capacity capacity = new Capacity(preset.portCount(), 1, 1, preset.timeWaitMillis(), 0, 1);
            lines.add(String.format(
                    Locale.ROOT,
                    "%-22s %6s ports, %5s: %5s connections/s  %s",
                    preset.word(),
                    Amounts.count(preset.portCount()),
                    Amounts.seconds(preset.timeWaitMillis()),
                    Amounts.connectionsPerSecond(capacity),
                    preset.title()));
            lines.add("    ports: " + preset.portsFrom());
            lines.add("    TIME_WAIT: " + preset.timeWaitFrom());
            lines.add("    " + preset.note());
        }
        return lines;
    }
}
