package dev.tidewait.app.study;

import dev.tidewait.evidence.risk.FloorAdvice;
import dev.tidewait.evidence.risk.Tested;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** Advice on floors for programs. No state. */
final class AdviceJson {
    private AdviceJson() {}

    /** {@code floorMillis} is null where the default is to be kept. */
    static void write(JsonGenerator json, List<FloorAdvice> advice) {
        json.writeArrayPropertyStart("floors");
        for (FloorAdvice one : advice) {
            json.writeStartObject();
            json.writeStringProperty("class", one.sample().name());
            switch (one) {
                case FloorAdvice.Enough enough -> {
                    json.writeNumberProperty("floorMillis", enough.floorMillis());
                    tested(json, enough.shown());
                }
                case FloorAdvice.NotShown not -> {
                    json.writeNullProperty("floorMillis");
                    json.writeNumberProperty("atLeastMillis", not.floorMillis(0));
                    tested(json, not.longest());
                }
                case FloorAdvice.TooFew few -> {
                    json.writeNullProperty("floorMillis");
                    tested(json, few.nearest());
                    json.writeNumberProperty("moreConnections", few.more());
                }
                case FloorAdvice.Incomplete incomplete -> json.writeNullProperty("floorMillis");
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void tested(JsonGenerator json, Tested tested) {
        json.writeNumberProperty("testedMillis", tested.ageMillis());
        json.writeNumberProperty("watched", tested.watched());
        json.writeNumberProperty("finOrData", tested.later());
        json.writeNumberProperty("upper95", tested.upper());
    }
}
