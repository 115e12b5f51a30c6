package dev.tidewait.lab.churn;

import dev.tidewait.lab.ChatReport;
import dev.tidewait.lab.LinkReport;
import dev.tidewait.lab.Verdict;
import java.io.StringWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A result of {@code lab churn} as JSON. No state. */
public final class ChurnJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private ChurnJson() {}

    public static String of(ChurnResult result) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeNumberProperty("seed", result.plan().seed());
            json.writeStringProperty("weather", result.plan().weather().toString());
            json.writeStringProperty("under", result.plan().chooser().toString());
            json.writeStringProperty("broken", result.plan().breakage().toString());
            json.writeNumberProperty("ports", result.plan().portCount());
            json.writeNumberProperty("seconds", result.seconds());
            write(json, "short", result.shortOnes().shortOnes());
            write(json, "earlier", result.earlier().shortOnes());
            write(json, "long", result.longOnes().longOnes());
            write(json, "serverShort", result.server().shortOnes());
            write(json, "serverLong", result.server().longOnes());
            write(json, result.link());
            switch (result.account()) {
                case Account.OfLedger ledger -> {
                    write(json, ledger.ages());
                    json.writeNumberProperty("leases", ledger.ledger().leases());
                }
                case Account.OfHook hook -> write(json, hook);
            }
            Verdict.write(result.verdicts(), json);
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, String name, ChatReport.Kind counts) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("done", counts.done());
        json.writeNumberProperty("failed", counts.failed());
        json.writeNumberProperty("resets", counts.resets());
        json.writeNumberProperty("earlyEof", counts.earlyEof());
        json.writeNumberProperty("timedOut", counts.timedOut());
        json.writeNumberProperty("checkedBytes", counts.checkedBytes());
        json.writeNumberProperty("wrongBytes", counts.wrongBytes());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, LinkReport link) {
        json.writeObjectPropertyStart("link");
        json.writeNumberProperty("packets", link.entered());
        json.writeNumberProperty("lost", link.lost());
        json.writeNumberProperty("duplicated", link.duplicated());
        json.writeNumberProperty("ahead", link.ahead());
        json.writeNumberProperty("corrupted", link.corrupted());
        json.writeNumberProperty("blackHoled", link.blackHoled());
        json.writeNumberProperty("lateDelivered", link.lateDelivered());
        json.writeNumberProperty("lateIncarnations", link.lateIncarnations());
        json.writeNumberProperty("resetsIntoLive", link.leftResets() + link.rightResets());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Account.OfHook hook) {
        HookAges ages = hook.ages();
        json.writeObjectPropertyStart("ages");
        json.writeNumberProperty("hookYoungestMillis", hook.count().youngestMillis());
        json.writeNumberProperty("observed", ages.observed());
        json.writeNumberProperty("observedBelow", ages.below());
        json.writeNumberProperty("observedAfterFin", ages.afterFin());
        json.writeNumberProperty("observedYoungestNanos", ages.youngestNanos());
        json.writeNumberProperty("kernelsOwnReuses", ages.kernelsOwn());
        json.writeEndObject();
        json.writeNumberProperty("chosen", hook.count().chosen());
        json.writeNumberProperty("kernelChose", hook.count().kernelChose());
        json.writeNumberProperty("leftAlone", hook.count().leftAlone());
        json.writeNumberProperty("heldOnItsPorts", hook.heldOnItsPorts());
    }

    private static void write(JsonGenerator json, ReuseAges ages) {
        json.writeObjectPropertyStart("ages");
        json.writeNumberProperty("reuses", ages.reuses());
        json.writeNumberProperty("ledgerBelow", ages.ledgerBelow());
        json.writeNumberProperty("ledgerYoungestMillis", ages.ledgerYoungestMillis());
        json.writeNumberProperty("observed", ages.observed());
        json.writeNumberProperty("observedBelow", ages.observedBelow());
        json.writeNumberProperty("observedAfterFin", ages.observedAfterFin());
        json.writeNumberProperty("observedYoungestNanos", ages.observedYoungestNanos());
        json.writeEndObject();
    }
}
