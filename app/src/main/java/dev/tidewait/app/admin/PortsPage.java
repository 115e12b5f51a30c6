package dev.tidewait.app.admin;

import dev.tidewait.app.Json;
import dev.tidewait.app.floor.MeasuredFloor;
import dev.tidewait.ports.AgeAtReuse;
import dev.tidewait.ports.PoolSnapshot;
import dev.tidewait.ports.SourceSnapshot;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** {@code /ports}: every ledger as JSON, the most endangered destinations first. Any thread. */
public final class PortsPage implements Page {
    /** Destinations on the page; more would be megabytes that nobody reads. */
    static final int MOST_DESTINATIONS = 1_000;

    private final PortsView view;

    public PortsPage(PortsView view) {
        this.view = view;
    }

    @Override
    public Answer answer() {
        List<PoolSnapshot> pools = Danger.sorted(view.pools());
        byte[] body = Json.bytes(json -> {
            json.writeStartObject();
            json.writeStringProperty("ports", view.usable().toString());
            json.writeNumberProperty("portCount", view.usable().size());
            json.writeNumberProperty("destroyed", view.destroyedCount());
            json.writeArrayPropertyStart("measuredFloors");
            view.measuredFloors().forEach(measured -> write(json, measured));
            json.writeEndArray();
            json.writeNumberProperty("destinationCount", pools.size());
            json.writeArrayPropertyStart("destinations");
            pools.stream().limit(MOST_DESTINATIONS).forEach(pool -> write(json, pool));
            json.writeEndArray();
            json.writeEndObject();
        });
        return new Answer(200, "application/json", body);
    }

    private static void write(JsonGenerator json, MeasuredFloor measured) {
        json.writeStartObject();
        json.writeStringProperty("place", measured.place());
        json.writeNumberProperty("floorMillis", measured.floorMillis());
        json.writeBooleanProperty("takenOver", measured.isTakenOver());
        json.writeBooleanProperty("reportUsable", measured.isReportUsable());
        json.writeStringProperty("why", measured.why());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, PoolSnapshot pool) {
        json.writeStartObject();
        json.writeStringProperty("destination", pool.destination().toString());
        json.writeNumberProperty("usable", pool.usable());
        json.writeNumberProperty("leased", pool.leased());
        json.writeNumberProperty("cooling", pool.cooling());
        json.writeNumberProperty("aside", pool.aside());
        json.writeNumberProperty("headroom", pool.headroom());
        json.writeNumberProperty("waiting", pool.waiting());
        json.writeNumberProperty("waited", pool.waited());
        json.writeNumberProperty("gaveUp", pool.gaveUp());
        json.writeNumberProperty("leaseRatePerSecond", pool.leaseRatePerSecond());
        json.writeNumberProperty("possibleRatePerSecond", pool.possibleRatePerSecond());
        if (pool.timeToExhaustionSeconds() < 0) {
            json.writeNullProperty("timeToExhaustionSeconds");
        } else {
            json.writeNumberProperty("timeToExhaustionSeconds", pool.timeToExhaustionSeconds());
        }
        json.writeNumberProperty("leastFloorMillis", pool.leastFloorMillis());
        json.writeBooleanProperty("sequenceStrict", pool.sequenceStrict());
        AgeAtReuse age = pool.ageAtReuse();
        json.writeObjectPropertyStart("ageAtReuse");
        json.writeNumberProperty("count", age.count());
        if (age.count() > 0) {
            json.writeNumberProperty("minMillis", age.minMillis());
            json.writeNumberProperty("medianMillis", age.medianMillis());
            json.writeNumberProperty("maxMillis", age.maxMillis());
        }
        json.writeEndObject();
        json.writeArrayPropertyStart("sources");
        pool.sources().forEach(source -> write(json, source));
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, SourceSnapshot source) {
        json.writeStartObject();
        json.writeStringProperty("source", source.source().toString());
        json.writeNumberProperty("usable", source.usable());
        json.writeNumberProperty("leased", source.leased());
        json.writeNumberProperty("cooling", source.cooling());
        json.writeNumberProperty("unused", source.unused());
        json.writeNumberProperty("aside", source.aside());
        json.writeNumberProperty("headroom", source.headroom());
        json.writeNumberProperty("timeWait", source.timeWait());
        json.writeNumberProperty("leases", source.leases());
        json.writeEndObject();
    }
}
