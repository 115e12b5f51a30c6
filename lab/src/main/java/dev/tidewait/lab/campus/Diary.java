package dev.tidewait.lab.campus;

import java.io.StringWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** What came of all visits. Any thread. */
final class Diary {
    private static final JsonFactory FACTORY = new JsonFactory();
    /** Different texts that are kept; more would mean that a text is not one of few. */
    private static final int MOST_TEXTS = 1_000;

    private final LongAdder begun = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    private final LongAdder notBegun = new LongAdder();
    private final ConcurrentHashMap<String, LongAdder> kinds = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, LongAdder> failures = new ConcurrentHashMap<>();

    void begins(Way way, Fate fate) {
        begun.increment();
        kinds.computeIfAbsent(way + " " + fate, any -> new LongAdder()).increment();
    }

    void wentWell() {
        ended.increment();
    }

    void wentWrong(Way way, Fate fate, String what) {
        ended.increment();
        wrong.increment();
        String text = way + " " + fate + ": " + what;
        if (failures.size() < MOST_TEXTS || failures.containsKey(text)) {
            failures.computeIfAbsent(text, any -> new LongAdder()).increment();
        }
    }

    /** A visit was due, but too many were open. */
    void notBegun() {
        notBegun.increment();
    }

    long open() {
        return begun.sum() - ended.sum();
    }

    /** How it stands, on one line. */
    String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeNumberProperty("visits", begun.sum());
            json.writeNumberProperty("open", open());
            json.writeNumberProperty("failed", wrong.sum());
            json.writeNumberProperty("not_begun", notBegun.sum());
            write(json, "kinds", kinds);
            write(json, "failures", failures);
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, String name, Map<String, LongAdder> counts) {
        json.writeObjectPropertyStart(name);
        new TreeMap<>(counts).forEach((text, count) -> json.writeNumberProperty(text, count.sum()));
        json.writeEndObject();
    }
}
