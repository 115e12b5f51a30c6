package dev.tidewait.lab.product;

import dev.tidewait.lab.JsonObject;
import java.util.List;

/** Reads what {@code tidewait run --json} reports at its end. No state. */
final class RunReport {
    private RunReport() {}

    static HookCount parse(JsonObject report) {
        JsonObject leftAlone = report.object("leftAlone");
        List<JsonObject> destinations = report.objects("destinations");
        return new HookCount(
                report.number("connects"),
                report.number("kernelChose") + report.number("refused"),
                leftAlone.names().stream().mapToLong(leftAlone::number).sum(),
                destinations.stream()
                        .map(row -> row.object("ageAtReuse"))
                        .filter(ages -> ages.has("minMillis"))
                        .mapToLong(ages -> ages.number("minMillis"))
                        .min()
                        .orElse(0),
                report.object("noPort").positive());
    }
}
