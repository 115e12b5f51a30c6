package dev.tidewait.app.accesslog;

import dev.tidewait.netty.LeasedConnection;
import dev.tidewait.proxy.facts.AccessLog;
import dev.tidewait.proxy.facts.Closer;
import dev.tidewait.proxy.facts.ExchangeFacts;
import dev.tidewait.proxy.facts.ExchangeKind;
import dev.tidewait.proxy.facts.ExchangeRecord;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Records as event loops make them. */
final class Records {
    static final long BEGAN_MILLIS = 1_764_221_931_042L;

    private Records() {}

    static ExchangeRecord tunnel(String target, String user) {
        return new ExchangeRecord(
                BEGAN_MILLIS,
                1_234_567_890L,
                "web",
                ExchangeKind.CONNECT,
                address("10.1.2.3", 40_112),
                user,
                "CONNECT",
                target,
                "HTTP/1.1",
                200,
                517,
                90_210,
                1,
                Optional.of(new LeasedConnection(
                        address("198.51.100.1", 20_417), address("2001:db8::7", 443), 3, 12, 60_123, 1)),
                false,
                Closer.CLIENT,
                EndCause.CLIENT_CLOSED,
                Optional.empty());
    }

    /** One that failed, made the way event loops make them. */
    static ExchangeRecord failed(String target, String text) {
        List<ExchangeRecord> made = new ArrayList<>();
        ExchangeFacts facts = new ExchangeFacts(
                new AccessLog() {
                    @Override
                    public boolean isOn() {
                        return true;
                    }

                    @Override
                    public void write(ExchangeRecord exchange) {
                        made.add(exchange);
                    }
                },
                "web");
        facts.began(ExchangeKind.CONNECT, address("::ffff:10.1.2.3", 40_113));
        facts.asked(ExchangeKind.HTTP, "GET", target, "HTTP/1.1");
        facts.failed(new Failure(ProxyError.NAME_UNKNOWN, text));
        facts.told(502);
        facts.ended(EndCause.NOT_CONNECTED, 100, 0);
        return made.getFirst();
    }

    static InetSocketAddress address(String ip, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(ip), port);
    }
}
