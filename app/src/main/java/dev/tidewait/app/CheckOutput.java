package dev.tidewait.app;

import dev.tidewait.app.binding.Problem;
import dev.tidewait.app.configuration.Configuration;
import dev.tidewait.app.configuration.DestinationSection;
import dev.tidewait.app.configuration.ListenerSection;
import dev.tidewait.proxy.address.Addresses;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/** The result of {@code tidewait check} for people and for programs. No state. */
final class CheckOutput {
    private CheckOutput() {}

    static List<String> text(String file, CheckReport report) {
        Configuration configuration = report.configuration();
        List<String> lines = new ArrayList<>();
        lines.add(file
                + (report.problems().isEmpty()
                        ? " is right. It would open:"
                        : " is written correctly. It would open:"));
        for (ListenerSection listener : configuration.listeners()) {
            lines.add(
                    line("listener", StartSummary.listener(listener, Addresses.text(listener.bind()), configuration)));
        }
        lines.add(line(
                "admin",
                configuration.admin().map(admin -> Addresses.text(admin.bind())).orElse("off")));
        AccessSummary.of(configuration).forEach(line -> lines.add(line("access", line)));
        for (ResolvedServer server : report.servers()) {
            String addresses = server.addresses().isEmpty() ? "no address" : String.join(", ", server.addresses());
            lines.add(line("server", server.upstream() + ": " + server.server() + " = " + addresses));
        }
        lines.add(line("access log", StartSummary.accessLog(configuration)));
        lines.add(line("sources", StartSummary.sources(configuration.sources().addresses())));
        report.ports().ifPresent(usable -> {
            int count = usable.ports().size();
            lines.add(line("ports", String.format(Locale.ROOT, "%,d: %s", count, usable.ports())));
            lines.add(line("rule", StartSummary.rule(configuration.floors(), count)));
            for (DestinationSection destination : configuration.destinations()) {
                lines.add(line(
                        "", destination.match() + ": " + StartSummary.rule(configuration.floors(destination), count)));
            }
        });
        report.advice().forEach(advice -> lines.add(line("note", advice)));
        return lines;
    }

    static void json(String file, CheckReport report, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("file", file);
        json.writeBooleanProperty("valid", report.problems().isEmpty());
        json.writeArrayPropertyStart("problems");
        for (String problem : report.problems()) {
            json.writeStartObject();
            json.writeStringProperty("message", problem);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("listeners");
        for (ListenerSection listener : report.configuration().listeners()) {
            json.writeStartObject();
            json.writeStringProperty("name", listener.name());
            json.writeStringProperty("type", listener.type().toString());
            json.writeStringProperty("bind", Addresses.text(listener.bind()));
            listener.upstream().ifPresent(upstream -> json.writeStringProperty("upstream", upstream));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("access");
        AccessSummary.of(report.configuration()).forEach(json::writeString);
        json.writeEndArray();
        json.writeArrayPropertyStart("servers");
        for (ResolvedServer server : report.servers()) {
            json.writeStartObject();
            json.writeStringProperty("upstream", server.upstream());
            json.writeStringProperty("server", server.server().toString());
            json.writeArrayPropertyStart("addresses");
            server.addresses().forEach(json::writeString);
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        report.ports().ifPresent(usable -> {
            json.writeStringProperty("ports", usable.ports().toString());
            json.writeNumberProperty("portCount", usable.ports().size());
        });
        json.writeArrayPropertyStart("advice");
        report.advice().forEach(json::writeString);
        json.writeEndArray();
        json.writeEndObject();
    }

    static void json(String file, List<Problem> problems, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("file", file);
        json.writeBooleanProperty("valid", false);
        json.writeArrayPropertyStart("problems");
        for (Problem problem : problems) {
            json.writeStartObject();
            json.writeNumberProperty("line", problem.position().line());
            json.writeNumberProperty("column", problem.position().column());
            json.writeStringProperty("message", problem.message());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static String line(String label, String text) {
        return String.format(Locale.ROOT, "  %-10s %s", label, text);
    }
}
