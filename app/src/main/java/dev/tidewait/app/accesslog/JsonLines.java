package dev.tidewait.app.accesslog;

import dev.tidewait.netty.LeasedConnection;
import dev.tidewait.proxy.address.Addresses;
import dev.tidewait.proxy.facts.ExchangeRecord;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * One JSON object for each line, in pure ASCII: what is not printable is escaped, so that no line of a client's making can look like
 * another one to a parser or on a terminal. Owned by one thread. docs/access-log.md describes every field.
 */
final class JsonLines implements LineFormat {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .characterEscapes(new EscapedDelete())
            .build();

    private final boolean queries;

    JsonLines(boolean queries) {
        this.queries = queries;
    }

    @Override
    public void write(ExchangeRecord exchange, LineBuffer to) {
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), to)) {
            json.writeStartObject();
            asked(exchange, json);
            exchange.connection().ifPresent(connection -> connection(connection, json));
            ended(exchange, json);
            json.writeEndObject();
        }
        to.write('\n');
    }

    private void asked(ExchangeRecord exchange, JsonGenerator json) {
        json.writeStringProperty("time", TIME.format(Instant.ofEpochMilli(exchange.beganMillis())));
        json.writeStringProperty("listener", exchange.listener());
        json.writeStringProperty("kind", exchange.kind().toString());
        json.writeStringProperty("client", LineFormat.host(exchange.client()));
        json.writeNumberProperty("clientPort", exchange.client().getPort());
        text("user", exchange.user(), json);
        text("method", exchange.method(), json);
        text("target", LineFormat.target(exchange.target(), queries), json);
        text("protocol", exchange.protocol(), json);
        if (exchange.status() != ExchangeRecord.NOT_TOLD) {
            json.writeNumberProperty("status", exchange.status());
        }
        json.writeNumberProperty("connectAttempts", exchange.connectAttempts());
    }

    private static void connection(LeasedConnection connection, JsonGenerator json) {
        json.writeStringProperty("server", Addresses.text(connection.destination()));
        json.writeStringProperty("source", Addresses.text(connection.source()));
        json.writeNumberProperty("portWaitMillis", connection.portWaitMillis());
        json.writeNumberProperty("connectMillis", connection.connectMillis());
        if (connection.ageAtReuseMillis() >= 0) {
            json.writeNumberProperty("ageAtReuseMillis", connection.ageAtReuseMillis());
        }
        json.writeNumberProperty("portAttempts", connection.attempts());
    }

    private static void ended(ExchangeRecord exchange, JsonGenerator json) {
        if (exchange.connection().isPresent()) {
            json.writeBooleanProperty("reusedConnection", exchange.reused());
        }
        json.writeNumberProperty("bytesUp", exchange.bytesUp());
        json.writeNumberProperty("bytesDown", exchange.bytesDown());
        json.writeNumberProperty("durationMillis", TimeUnit.NANOSECONDS.toMillis(exchange.durationNanos()));
        json.writeStringProperty("closedFirst", exchange.closedFirst().toString());
        json.writeStringProperty("cause", word(exchange.cause()));
        exchange.failure().ifPresent(failure -> {
            json.writeStringProperty("error", word(failure.error()));
            json.writeStringProperty("details", failure.text());
        });
    }

    private static void text(String key, String text, JsonGenerator json) {
        if (!text.isEmpty()) {
            json.writeStringProperty(key, text);
        }
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** JSON lets DEL stand for itself; terminals do not. */
    private static final class EscapedDelete extends CharacterEscapes {
        private static final long serialVersionUID = 1L;
        private static final int DELETE = 0x7f;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] escapes = standardAsciiEscapesForJSON();
            escapes[DELETE] = ESCAPE_STANDARD;
            return escapes;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            return null;
        }
    }
}
