package dev.tidewait.lab;

import java.io.StringWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A result of {@code lab sustain} as JSON. No state. */
final class SustainJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private SustainJson() {}

    static String of(SustainResult result) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeNumberProperty("connections", result.load().done());
            json.writeNumberProperty("failed", result.load().failed());
            json.writeNumberProperty("perSecond", result.load().rate());
            json.writeNumberProperty("p50Micros", result.load().answeredMicros().getValueAtPercentile(50));
            json.writeNumberProperty("p99Micros", result.load().answeredMicros().getValueAtPercentile(99));
            json.writeNumberProperty("youngestLedgerMillis", result.ages().youngestLedgerMillis());
            json.writeNumberProperty("medianLedgerMillis", result.ages().medianLedgerMillis());
            json.writeNumberProperty("oldestLedgerMillis", result.ages().oldestLedgerMillis());
            json.writeNumberProperty("youngestObservedNanos", result.observed().youngestNanos());
            json.writeNumberProperty("oldestObservedNanos", result.observed().oldestNanos());
            json.writeNumberProperty("leases", result.ledger().leases());
            json.writeNumberProperty("timeWait", result.kernelTimeWait());
            json.writeNumberProperty("timeWaitByLedger", result.ledger().timeWait());
            json.writeNumberProperty("resetsSent", result.kernel().resetsSent());
            json.writeNumberProperty("destroyed", result.ledger().destroyed());
            Verdict.write(result.verdicts(), json);
            json.writeEndObject();
        }
        return text.toString();
    }
}
