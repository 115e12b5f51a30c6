package dev.tidewait.app.accesslog;

import dev.tidewait.netty.LeasedConnection;
import dev.tidewait.proxy.address.Addresses;
import dev.tidewait.proxy.facts.ExchangeRecord;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Apache's combined format, {@code %h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"}, and behind it the facts that it has no place
 * for, as key=value. Owned by one thread. docs/access-log.md describes every field.
 */
final class CombinedLines implements LineFormat {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "dd/MMM/uuuu:HH:mm:ss +0000", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final boolean queries;
    private long writtenSecond = Long.MIN_VALUE;
    private String writtenTime = "";

    CombinedLines(boolean queries) {
        this.queries = queries;
    }

    @Override
    public void write(ExchangeRecord exchange, LineBuffer to) {
        to.ascii(LineFormat.host(exchange.client())).ascii(" - ");
        word(exchange.user(), to)
                .ascii(" [")
                .ascii(time(exchange.beganMillis()))
                .ascii("] \"");
        request(exchange, to);
        to.ascii("\" ").ascii(exchange.status() == ExchangeRecord.NOT_TOLD ? "-" : Integer.toString(exchange.status()));
        to.ascii(" ").number(exchange.bytesDown()).ascii(" \"-\" \"-\"");
        to.ascii(" client_port=").number(exchange.client().getPort());
        to.ascii(" listener=").ascii(exchange.listener());
        to.ascii(" kind=").ascii(exchange.kind().toString());
        to.ascii(" connect_attempts=").number(exchange.connectAttempts());
        exchange.connection().ifPresent(connection -> connection(connection, exchange.reused(), to));
        to.ascii(" bytes_up=").number(exchange.bytesUp());
        to.ascii(" duration_ms=").number(TimeUnit.NANOSECONDS.toMillis(exchange.durationNanos()));
        to.ascii(" closed_first=").ascii(exchange.closedFirst().toString());
        to.ascii(" cause=").ascii(JsonLines.word(exchange.cause()));
        exchange.failure().ifPresent(failure -> {
            to.ascii(" error=").ascii(JsonLines.word(failure.error())).ascii(" details=\"");
            to.escaped(failure.text(), true).ascii("\"");
        });
        to.write('\n');
    }

    private void request(ExchangeRecord exchange, LineBuffer to) {
        String target = LineFormat.target(exchange.target(), queries);
        word(exchange.method(), to);
        if (!target.isEmpty()) {
            to.ascii(" ").escaped(target, false);
        }
        if (!exchange.protocol().isEmpty()) {
            to.ascii(" ").escaped(exchange.protocol(), false);
        }
    }

    private static void connection(LeasedConnection connection, boolean reused, LineBuffer to) {
        to.ascii(" server=").ascii(Addresses.text(connection.destination()));
        to.ascii(" source=").ascii(Addresses.text(connection.source()));
        to.ascii(" port_wait_ms=").number(connection.portWaitMillis());
        to.ascii(" connect_ms=").number(connection.connectMillis());
        to.ascii(" age_ms=")
                .ascii(connection.ageAtReuseMillis() < 0 ? "-" : Long.toString(connection.ageAtReuseMillis()));
        to.ascii(" port_attempts=").number(connection.attempts());
        to.ascii(" reused=").ascii(reused ? "yes" : "no");
    }

    /** One word, or {@code -} for none. */
    private static LineBuffer word(String text, LineBuffer to) {
        return text.isEmpty() ? to.ascii("-") : to.escaped(text, false);
    }

    private String time(long millis) {
        long second = Math.floorDiv(millis, 1_000L);
        if (second != writtenSecond) {
            writtenSecond = second;
            writtenTime = TIME.format(Instant.ofEpochSecond(second));
        }
        return writtenTime;
    }
}
