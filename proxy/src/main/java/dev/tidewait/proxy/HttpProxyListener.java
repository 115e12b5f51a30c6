package dev.tidewait.proxy;

import dev.tidewait.proxy.access.Access;
import dev.tidewait.proxy.access.AddressAnswer;
import dev.tidewait.proxy.access.Users;
import dev.tidewait.proxy.address.Addresses;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.address.OwnAddresses;
import dev.tidewait.proxy.facts.ExchangeKind;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPipeline;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP CONNECT: reads a request head, checks {@link Access}, opens the tunnel or says why not. Any thread.
 *
 * <p>Access is decided on the resolved address that is then connected to, so a name cannot lead somewhere else in between.
 */
final class HttpProxyListener implements Listener {
    private static final Logger LOG = LoggerFactory.getLogger(HttpProxyListener.class);

    private static final ByteBuf ESTABLISHED = Unpooled.unreleasableBuffer(Unpooled.directBuffer()
            .writeBytes("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));

    private static final int HTTP_OK = 200;

    private final HttpProxyListenerSettings settings;
    private final ListenerMetrics metrics;
    private final Access access;
    private final Users users;
    private final RateLimitedLog localTrouble = new RateLimitedLog(LOG);
    private final RateLimitedLog refusals = new RateLimitedLog(LOG);
    private final RateLimitedLog nameTrouble = new RateLimitedLog(LOG);

    HttpProxyListener(
            HttpProxyListenerSettings settings, ListenerMetrics metrics, OwnAddresses ownAddresses, Users users) {
        this.settings = settings;
        this.metrics = metrics;
        this.users = users;
        this.access = new Access(settings.access(), ownAddresses);
    }

    @Override
    public ListenerSettings settings() {
        return settings;
    }

    @Override
    public ListenerMetrics metrics() {
        return metrics;
    }

    @Override
    public ExchangeKind kind() {
        return ExchangeKind.CONNECT;
    }

    @Override
    public void install(ChannelPipeline pipeline, Roster roster, Outbound outbound) {
        Exchange exchange = new Exchange(roster, this, outbound);
        pipeline.addLast(new ConnectReader(this, exchange, settings.maxHeadBytes()), exchange.client);
    }

    @Override
    public ByteBuf refusal(Failure failure) {
        return HttpAnswer.of(failure);
    }

    @Override
    public void begin(Exchange exchange) {}

    /** The reader has a whole head. */
    void requested(Exchange exchange, RequestHead head) {
        switch (head) {
            case RequestHead.Unfit unfit -> exchange.fail(unfit.failure());
            case RequestHead.Connect connect -> connect(exchange, connect);
        }
    }

    private void connect(Exchange exchange, RequestHead.Connect connect) {
        HostPort target = connect.target();
        InetAddress from = exchange.client.remoteAddress().getAddress();
        exchange.facts.asked(ExchangeKind.CONNECT, Access.CONNECT, target, "HTTP/1.1");
        Optional<Failure> stranger = access.client(from);
        if (stranger.isPresent()) {
            exchange.fail(stranger.get());
        } else if (users.asks(from)) {
            exchange.logIn(
                    users.login(connect.proxyAuthorization(), exchange.roster.loop()), () -> reach(exchange, target));
        } else {
            reach(exchange, target);
        }
    }

    private void reach(Exchange exchange, HostPort target) {
        access.request(Access.CONNECT, target).ifPresentOrElse(exchange::fail, () -> exchange.reach(target));
    }

    @Override
    public List<InetAddress> permitted(Exchange exchange, HostPort server, List<InetAddress> addresses) {
        return switch (access.addresses(Access.CONNECT, server, addresses)) {
            case AddressAnswer.Permitted some -> some.addresses();
            case AddressAnswer.Denied none -> {
                exchange.fail(none.failure());
                yield List.of();
            }
        };
    }

    @Override
    public boolean tryNext(Exchange exchange) {
        return false;
    }

    @Override
    public void opened(Exchange exchange) {
        exchange.facts.told(HTTP_OK);
        exchange.client.send(ESTABLISHED.duplicate());
        exchange.client.flush();
    }

    @Override
    public void failed(Exchange exchange, Failure failure) {
        log(failure.error())
                .ifPresent(log -> log.warn(
                        System.nanoTime(),
                        () -> "listener " + settings.name() + " answered "
                                + failure.error().status() + " to " + Addresses.text(exchange.client.remoteAddress())
                                + ": " + failure.text()));
        exchange.facts.told(failure.error().status());
        exchange.answer(HttpAnswer.of(failure));
    }

    /** For what the operator can change; each kind has lines of its own, so that one cannot drown the others. */
    private Optional<RateLimitedLog> log(ProxyError error) {
        return switch (error) {
            case NO_PORT, LOCAL -> Optional.of(localTrouble);
            case CLIENT_DENIED, PORT_DENIED, ADDRESS_DENIED, NAME_DENIED, METHOD_DENIED, LOGIN_WRONG, LOGIN_UNCHECKED ->
                Optional.of(refusals);
            case NAME_UNKNOWN, NAME_FAILED, NAME_TIMEOUT, NAME_LINE_FULL -> Optional.of(nameTrouble);
            default -> Optional.empty();
        };
    }

    /** Silence from the start is how clients keep a connection for later: no reason to complain. */
    @Override
    public void headMissing(Exchange exchange, boolean timedOut) {
        if (exchange.client.bytesRead() == 0) {
            exchange.leave();
        } else if (timedOut) {
            exchange.fail(new Failure(
                    ProxyError.REQUEST_TIMEOUT, "The request head was not complete in time. Send it without a pause."));
        } else {
            exchange.fail(new Failure(ProxyError.BAD_REQUEST, "The request head ended in the middle."));
        }
    }
}
