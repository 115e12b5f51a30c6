package dev.tidewait.app.admin;

import dev.tidewait.app.Json;
import dev.tidewait.app.program.HookJson;
import dev.tidewait.app.program.HookReport;
import java.util.function.Supplier;

/** {@code /ports} of a program under the rule: what became of its connects, as JSON. Any thread. */
public final class HookPortsPage implements Page {
    private final Supplier<HookReport> report;

    public HookPortsPage(Supplier<HookReport> report) {
        this.report = report;
    }

    @Override
    public Answer answer() {
        return new Answer(
                200,
                "application/json",
                Json.bytes(json -> HookJson.write(json, report.get(), PortsPage.MOST_DESTINATIONS)));
    }
}
