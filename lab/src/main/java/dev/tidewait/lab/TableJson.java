package dev.tidewait.lab;

import java.io.StringWriter;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** The table as JSON. No state. */
final class TableJson {
    private TableJson() {}

    static String of(List<TableLine> table) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartArray();
            for (TableLine line : table) {
                json.writeStartObject();
                json.writeStringProperty("timeWait", line.plan().name());
                json.writeNumberProperty("ports", line.plan().ports());
                json.writeNumberProperty("wantedPerSecond", line.plan().wantedPerSecond());
                json.writeNumberProperty("sustainedPerSecond", line.sustained());
                json.writeNumberProperty("failed", line.failed());
                json.writeNumberProperty("youngestSeconds", line.youngestNanos() / 1e9);
                json.writeNumberProperty("meanSeconds", line.meanNanos() / 1e9);
                json.writeNumberProperty("oldestSeconds", line.oldestNanos() / 1e9);
                json.writeNumberProperty("servedAbovePerSecond", line.servedAbove());
                json.writeNumberProperty("lineGrowthPerSecond", line.lineGrowth());
                json.writeNumberProperty("failedAbove", line.failedAbove());
                json.writeBooleanProperty("holds", line.holds());
                json.writeArrayPropertyStart("complaints");
                line.complaints().forEach(json::writeString);
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        return text.toString();
    }
}
