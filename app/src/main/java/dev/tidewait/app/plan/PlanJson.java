package dev.tidewait.app.plan;

import dev.tidewait.doctor.plan.Capacity;
import dev.tidewait.doctor.plan.KernelMemory;
import dev.tidewait.doctor.plan.Preset;
import dev.tidewait.doctor.plan.WantedRate;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;

/** The plan for programs; the fields are described in docs/plan.md. Memory is told for Linux hosts only. No state. */
public final class PlanJson {
    private PlanJson() {}

    public static void write(JsonGenerator json, Plan plan) {
        PlanInputs inputs = plan.inputs();
        json.writeStartObject();
        write(json, "ports", inputs.ports());
        write(json, "sources", inputs.sources());
        write(json, "destinations", inputs.destinations());
        write(json, "timeWaitMillis", inputs.timeWaitMillis());
        write(json, "holdMillis", inputs.holdMillis());
        write(json, "requestsPerConnection", inputs.requestsPerConnection());
        inputs.preset()
                .map(Preset::word)
                .ifPresentOrElse(
                        word -> json.writeStringProperty("preset", word), () -> json.writeNullProperty("preset"));
        write(
                json,
                "maxTimeWaitBuckets",
                inputs.host()
                        .map(host -> OptionalLong.of(host.maxTimeWaitBuckets()))
                        .orElseGet(OptionalLong::empty));
        json.writeNumberProperty("fourTuples", plan.capacity().fourTuples());
        json.writeName("highest");
        write(json, plan.capacity(), inputs.isLinux());
        json.writeName("wanted");
        if (plan.wanted().isPresent()) {
            write(json, plan.wanted().get(), inputs);
        } else {
            json.writeNull();
        }
        json.writeArrayPropertyStart("table");
        plan.compared().forEach(row -> write(json, row, inputs.isLinux()));
        json.writeEndArray();
        plan.risk().ifPresent(risk -> {
            json.writeName("risk");
            risk.write(json, plan);
        });
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, Figure<? extends Number> figure) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("value", figure.value().longValue());
        json.writeStringProperty("from", figure.origin());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Capacity capacity, boolean isLinux) {
        json.writeStartObject();
        json.writeNumberProperty("timeWaitMillis", capacity.timeWaitMillis());
        json.writeNumberProperty("connectionsPerSecond", capacity.connectionsPerSecond());
        json.writeNumberProperty("requestsPerSecond", capacity.requestsPerSecond());
        memory(json, KernelMemory.of(capacity.timeWaitSockets(), capacity), isLinux);
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, WantedRate wanted, PlanInputs inputs) {
        json.writeStartObject();
        json.writeNumberProperty("requestsPerSecond", wanted.requestsPerSecond());
        json.writeNumberProperty("connectionsPerSecond", wanted.connectionsPerSecond());
        json.writeBooleanProperty("possible", wanted.isPossible());
        json.writeNumberProperty("fourTuples", wanted.fourTuples());
        json.writeNumberProperty("openConnections", wanted.openConnections());
        write(json, "ageAtReuseMillis", wanted.ageAtReuseMillis());
        memory(json, KernelMemory.of(wanted.timeWaitSockets(), wanted.capacity()), inputs.isLinux());
        json.writeObjectPropertyStart("alone");
        json.writeNumberProperty("sources", wanted.sourcesNeeded());
        long ports = wanted.portsNeeded();
        write(json, "ports", ports <= Capacity.MOST_USUAL_PORTS ? OptionalLong.of(ports) : OptionalLong.empty());
        write(json, "timeWaitMillis", wanted.ageAtReuseMillis());
        write(json, "requestsPerConnection", wanted.requestsPerConnectionNeeded());
        write(
                json,
                "destinations",
                inputs.destinationsCount() ? OptionalLong.of(wanted.destinationsNeeded()) : OptionalLong.empty());
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void memory(JsonGenerator json, KernelMemory memory, boolean isLinux) {
        json.writeNumberProperty("timeWaitSockets", memory.timeWaitSockets());
        write(json, "kernelBytes", isLinux ? OptionalLong.of(memory.bytes()) : OptionalLong.empty());
    }

    private static void write(JsonGenerator json, String name, OptionalLong number) {
        if (number.isPresent()) {
            json.writeNumberProperty(name, number.getAsLong());
        } else {
            json.writeNullProperty(name);
        }
    }
}
