package dev.tidewait.app.doctor;

import dev.tidewait.doctor.census.BucketUse;
import dev.tidewait.doctor.census.CensusReport;
import dev.tidewait.doctor.census.DestinationUse;
import dev.tidewait.doctor.census.Exhaustion;
import dev.tidewait.doctor.census.Flow;
import dev.tidewait.doctor.census.LedgerUse;
import dev.tidewait.doctor.census.Owner;
import dev.tidewait.doctor.census.ServiceUse;
import dev.tidewait.doctor.census.SourceUse;
import dev.tidewait.doctor.census.StateCounts;
import dev.tidewait.doctor.finding.Finding;
import dev.tidewait.doctor.finding.Fix;
import dev.tidewait.doctor.host.Conntrack;
import dev.tidewait.doctor.host.HostFacts;
import dev.tidewait.doctor.host.ListeningPort;
import dev.tidewait.doctor.host.OpenFiles;
import dev.tidewait.doctor.host.SourceNat;
import dev.tidewait.linux.Capability;
import dev.tidewait.proxy.address.Addresses;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;

/** A diagnosis for programs; {@link #schema()} describes it. What is not known is null. No state. */
public final class DoctorJson {
    private static final String SCHEMA = "doctor.schema.json";
    /** A router in front of a network has thousands; those with most mappings tell. */
    private static final int MOST_NAT_WAYS = 20;

    /** A host that has a whole network of addresses needs no list. */
    private static final int MOST_SOURCES = 1_000;

    private DoctorJson() {}

    /** The JSON schema (draft 2020-12) of what {@link #write} gives. */
    public static String schema() {
        try (InputStream schema = Objects.requireNonNull(DoctorJson.class.getResourceAsStream(SCHEMA), SCHEMA)) {
            return new String(schema.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void write(JsonGenerator json, Diagnosis diagnosis) {
        json.writeStartObject();
        json.writeStringProperty("severity", lower(diagnosis.severity()));
        json.writeArrayPropertyStart("findings");
        diagnosis.findings().forEach(finding -> write(json, finding));
        json.writeEndArray();
        write(json, diagnosis.facts());
        write(json, diagnosis.census());
        json.writeArrayPropertyStart("unseen");
        diagnosis.facts().unseen().forEach(one -> write(json, one.what(), one.reason()));
        diagnosis.census().notes().forEach(note -> write(json, note.what(), note.why()));
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Finding finding) {
        json.writeStartObject();
        json.writeStringProperty("key", finding.key());
        json.writeStringProperty("severity", lower(finding.severity()));
        json.writeStringProperty("title", finding.title());
        strings(json, "evidence", finding.evidence());
        json.writeName("fix");
        if (finding.fix().isPresent()) {
            write(json, finding.fix().get());
        } else {
            json.writeNull();
        }
        json.writeStringProperty("source", finding.source());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Fix fix) {
        json.writeStartObject();
        json.writeStringProperty("advice", fix.advice());
        strings(json, "now", fix.commands());
        strings(json, "permanent", fix.permanent());
        json.writeStringProperty("changes", fix.change());
        json.writeStringProperty("risk", fix.risk());
        json.writeEndObject();
    }

    // ---- what limits new connections ----

    private static void write(JsonGenerator json, HostFacts facts) {
        json.writeObjectPropertyStart("limits");
        json.writeNumberProperty("networkNamespace", facts.namespace());
        json.writeStringProperty("kernel", facts.kernel().release());
        json.writeObjectPropertyStart("ports");
        json.writeNumberProperty("lowest", facts.ports().range().lowest());
        json.writeNumberProperty("highest", facts.ports().range().highest());
        json.writeNumberProperty("usable", facts.ports().usableCount());
        json.writeStringProperty("reserved", facts.ports().reserved().toString());
        json.writeStringProperty("ofTidewait", facts.ports().ofTidewait().toString());
        json.writeArrayPropertyStart("listeningInside");
        facts.ports().listeningInside().stream().mapToInt(ListeningPort::port).forEach(json::writeNumber);
        json.writeEndArray();
        json.writeEndObject();
        strings(
                json,
                "sources",
                facts.sources().stream()
                        .limit(MOST_SOURCES)
                        .map(source -> Addresses.text(source.toInetAddress()))
                        .toList());
        json.writeNumberProperty("sourceCount", facts.sources().size());
        json.writeObjectPropertyStart("settings");
        number(json, "tcpTwReuse", facts.timeWait().twReuse());
        number(json, "tcpTwReuseDelayMillis", facts.timeWait().twReuseDelayMillis());
        number(json, "tcpTimestamps", facts.timeWait().timestamps());
        number(json, "tcpFinTimeoutSeconds", facts.timeWait().finTimeoutSeconds());
        number(json, "tcpMaxTwBuckets", facts.timeWait().maxBuckets());
        json.writeEndObject();
        json.writeArrayPropertyStart("features");
        facts.features().all().forEach(feature -> {
            json.writeStartObject();
            json.writeStringProperty("name", feature.name());
            json.writeStringProperty("presence", lower(feature.presence()));
            json.writeStringProperty("reason", feature.reason());
            json.writeEndObject();
        });
        json.writeEndArray();
        strings(
                json,
                "missingCapabilities",
                facts.rights().missing().stream().map(Capability::name).toList());
        json.writeName("conntrack");
        if (facts.conntrack().isPresent()) {
            write(json, facts.conntrack().get());
        } else {
            json.writeNull();
        }
        json.writeObjectPropertyStart("descriptors");
        number(json, "allocated", facts.files().allocated());
        number(json, "max", facts.files().max());
        json.writeArrayPropertyStart("programs");
        facts.files().programs().forEach(program -> write(json, program));
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Conntrack table) {
        json.writeStartObject();
        json.writeNumberProperty("count", table.count());
        json.writeNumberProperty("max", table.max());
        number(json, "timeWaitSeconds", table.timeWaitSeconds());
        number(json, "establishedSeconds", table.establishedSeconds());
        number(json, "dropped", table.dropped());
        json.writeName("nat");
        if (table.nat().isPresent()) {
            write(json, table.nat().get());
        } else {
            json.writeNull();
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, SourceNat nat) {
        json.writeStartObject();
        json.writeNumberProperty("mappings", nat.mappingCount());
        json.writeArrayPropertyStart("destinations");
        nat.ways().stream().limit(MOST_NAT_WAYS).forEach(way -> {
            json.writeStartObject();
            json.writeStringProperty("source", Addresses.text(way.translated().toInetAddress()));
            json.writeStringProperty(
                    "destination", Addresses.text(way.destination().address().toInetAddress()));
            json.writeNumberProperty("port", way.destination().port());
            json.writeNumberProperty("mappings", way.mappingCount());
            json.writeNumberProperty("closed", way.closedCount());
            json.writeEndObject();
        });
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, OpenFiles files) {
        json.writeStartObject();
        json.writeNumberProperty("pid", files.processId());
        json.writeStringProperty("program", files.program());
        number(json, "open", files.open());
        json.writeNumberProperty("softLimit", files.softLimit());
        json.writeNumberProperty("hardLimit", files.hardLimit());
        json.writeEndObject();
    }

    // ---- who uses the ports ----

    private static void write(JsonGenerator json, CensusReport census) {
        number(json, "secondsBetweenLooks", census.spanSeconds());
        json.writeArrayPropertyStart("destinations");
        census.destinations().forEach(use -> write(json, use));
        json.writeEndArray();
        json.writeArrayPropertyStart("sources");
        census.sources().forEach(use -> write(json, use));
        json.writeEndArray();
        json.writeArrayPropertyStart("services");
        census.services().forEach(use -> write(json, use));
        json.writeEndArray();
        write(json, "outgoing", census.outgoing());
        write(json, "incoming", census.incoming());
        write(json, census.buckets());
        json.writeObjectPropertyStart("counters");
        numbers(json, "now", census.counters().now());
        numbers(json, "growth", census.counters().growth());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, DestinationUse use) {
        json.writeStartObject();
        json.writeStringProperty("source", Addresses.text(use.source().toInetAddress()));
        json.writeStringProperty(
                "destination", Addresses.text(use.destination().address().toInetAddress()));
        json.writeNumberProperty("port", use.destination().port());
        write(json, "sockets", use.counts());
        json.writeNumberProperty("usable", use.usable());
        json.writeNumberProperty("inUse", use.inUse());
        json.writeNumberProperty("headroom", use.headroom());
        write(json, use.flow());
        exhaustion(json, use.exhaustion());
        json.writeStringProperty("countedBy", lower(use.countedBy()));
        json.writeName("ledger");
        if (use.ledger().isPresent()) {
            write(json, use.ledger().get());
        } else {
            json.writeNull();
        }
        json.writeStringProperty("timeWaitSide", lower(use.timeWaitSide()));
        json.writeArrayPropertyStart("owners");
        for (Owner owner : use.owners().seen()) {
            json.writeStartObject();
            json.writeNumberProperty("pid", owner.pid());
            json.writeStringProperty("program", owner.program());
            json.writeNumberProperty("sockets", owner.socketCount());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberProperty("socketsOfUnseenOwners", use.owners().unseenSocketCount());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, LedgerUse ledger) {
        json.writeStartObject();
        json.writeNumberProperty("usable", ledger.usable());
        json.writeNumberProperty("leased", ledger.leased());
        json.writeNumberProperty("cooling", ledger.cooling());
        json.writeNumberProperty("aside", ledger.aside());
        json.writeNumberProperty("headroom", ledger.headroom());
        json.writeNumberProperty("waiting", ledger.waiting());
        json.writeNumberProperty("leasesPerSecond", ledger.leasesPerSecond());
        json.writeNumberProperty("leastFloorMillis", ledger.leastFloorMillis());
        exhaustion(json, ledger.exhaustion());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Flow flow) {
        number(json, "newPerSecond", flow.newPerSecond());
        json.writeNumberProperty("timeWaitPerSecond", flow.timeWaitPerSecond());
        json.writeNumberProperty("timeWaitSlope", flow.timeWaitSlope());
        number(json, "endedElsewherePerSecond", flow.endedElsewherePerSecond());
        number(json, "holdSeconds", flow.holdSeconds());
    }

    private static void write(JsonGenerator json, SourceUse use) {
        json.writeStartObject();
        json.writeStringProperty("source", Addresses.text(use.source().toInetAddress()));
        json.writeNumberProperty("destinations", use.destinationCount());
        json.writeNumberProperty("sockets", use.socketCount());
        json.writeNumberProperty("ports", use.portCount());
        json.writeNumberProperty("usable", use.usable());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, ServiceUse use) {
        json.writeStartObject();
        json.writeNumberProperty("port", use.port());
        json.writeBooleanProperty("listening", use.isListening());
        write(json, "sockets", use.counts());
        json.writeNumberProperty("timeWaitPerSecond", use.timeWaitPerSecond());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, BucketUse buckets) {
        json.writeObjectPropertyStart("buckets");
        json.writeNumberProperty("timeWait", buckets.timeWaitCount());
        number(json, "max", buckets.maxBuckets());
        json.writeNumberProperty("outgoing", buckets.outgoingCount());
        json.writeNumberProperty("incoming", buckets.incomingCount());
        json.writeNumberProperty("perSecond", buckets.perSecond());
        exhaustion(json, buckets.exhaustion());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, StateCounts counts) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("synSent", counts.synSent());
        json.writeNumberProperty("synReceived", counts.synReceived());
        json.writeNumberProperty("established", counts.established());
        json.writeNumberProperty("finWait1", counts.finWait1());
        json.writeNumberProperty("finWait2", counts.finWait2());
        json.writeNumberProperty("timeWait", counts.timeWait());
        json.writeNumberProperty("closeWait", counts.closeWait());
        json.writeNumberProperty("lastAck", counts.lastAck());
        json.writeNumberProperty("closing", counts.closing());
        json.writeEndObject();
    }

    /** 0: now; null: not foreseen. */
    private static void exhaustion(JsonGenerator json, Exhaustion exhaustion) {
        number(
                json,
                "secondsToExhaustion",
                switch (exhaustion) {
                    case Exhaustion.Reached reached -> OptionalDouble.of(0);
                    case Exhaustion.Foreseen foreseen -> OptionalDouble.of(foreseen.seconds());
                    case Exhaustion.NotForeseen never -> OptionalDouble.empty();
                });
    }

    private static void write(JsonGenerator json, String what, String reason) {
        json.writeStartObject();
        json.writeStringProperty("what", what);
        json.writeStringProperty("reason", reason);
        json.writeEndObject();
    }

    private static void strings(JsonGenerator json, String name, List<String> values) {
        json.writeArrayPropertyStart(name);
        values.forEach(json::writeString);
        json.writeEndArray();
    }

    private static void numbers(JsonGenerator json, String name, Map<String, Long> values) {
        json.writeObjectPropertyStart(name);
        values.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> json.writeNumberProperty(entry.getKey(), entry.getValue()));
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, String name, OptionalLong value) {
        if (value.isPresent()) {
            json.writeNumberProperty(name, value.getAsLong());
        } else {
            json.writeNullProperty(name);
        }
    }

    private static void number(JsonGenerator json, String name, OptionalDouble value) {
        if (value.isPresent()) {
            json.writeNumberProperty(name, value.getAsDouble());
        } else {
            json.writeNullProperty(name);
        }
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
