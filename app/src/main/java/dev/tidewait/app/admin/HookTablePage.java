package dev.tidewait.app.admin;

import dev.tidewait.app.program.HookReport;
import dev.tidewait.app.program.HookTable;
import java.util.function.Supplier;

/** {@code /table} of a program under the rule: what became of its connects, for people. Any thread. */
public final class HookTablePage implements Page {
    private final Supplier<HookReport> report;

    public HookTablePage(Supplier<HookReport> report) {
        this.report = report;
    }

    @Override
    public Answer answer() {
        return AdminHandler.plain(200, HookTable.text(report.get()));
    }
}
