package dev.tidewait.app.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/**
 * What a tap has to say: a study like one of a capture, of a sample. Immutable.
 *
 * @param study of the sample
 * @param device that was tapped
 * @param share one connection in so many was looked at, chosen by its ports
 * @param lost packets of the sample that found no room
 */
public record TapReport(Study study, String device, int share, long lost) {
    /** For people. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(StudyText.line("Tapped", device + ", in both directions: " + sample()));
        lines.addAll(StudyText.lines(study));
        if (lost > 0) {
            lines.add("");
            lines.add(
                    Words.counted(lost, "packet") + " of the sample came too fast to be read: all counts are too low.");
        }
        return lines;
    }

    private String sample() {
        return share == 1
                ? "all connections"
                : String.format(
                        Locale.ROOT,
                        "a sample of 1 connection in %,d, by its ports; counts are those of the sample",
                        share);
    }

    /** For programs and for merging, as {@link LiveJson} has it. */
    public void write(JsonGenerator json) {
        json.writeStartObject();
        StudyJson.fields(json, study);
        json.writeObjectPropertyStart("live");
        json.writeStringProperty("direction", "both");
        json.writeNumberProperty("sampledOneIn", share);
        json.writeNumberProperty("lost", lost);
        json.writeEndObject();
        json.writeEndObject();
    }
}
