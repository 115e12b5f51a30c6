package dev.tidewait.proxy;

import dev.tidewait.proxy.access.Access;
import dev.tidewait.proxy.address.Addresses;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.facts.ExchangeKind;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import io.netty.channel.ChannelPipeline;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Relays each client to the next server in turn; to the one behind it where a server cannot be reached. Any thread.
 *
 * <p>There is nobody to tell a reason but the operator: a client that cannot be served is closed, and the log says why.
 */
final class TcpListener implements ExchangeListener {
    private static final Logger LOG = LoggerFactory.getLogger(TcpListener.class);

    private final TcpListenerSettings settings;
    private final ListenerMetrics metrics;
    private final RateLimitedLog failures = new RateLimitedLog(LOG);
    private final RateLimitedLog refusals = new RateLimitedLog(LOG);
    private final boolean anyClient;
    private final AtomicInteger turn = new AtomicInteger();
    private final List<HostPort> servers;
    /** For servers written as an address; null for names. */
    private final @Nullable InetSocketAddress[] fixed;

    TcpListener(TcpListenerSettings settings, ListenerMetrics metrics) {
        this.settings = settings;
        this.metrics = metrics;
        this.anyClient = settings.clients().equals(TcpListenerSettings.ANY_CLIENT);
        this.servers = settings.servers();
        this.fixed = new InetSocketAddress[servers.size()];
        for (int i = 0; i < fixed.length; i++) {
            HostPort server = servers.get(i);
            fixed[i] = server.literal()
                    .map(address -> new InetSocketAddress(address, server.port()))
                    .orElse(null);
        }
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
        return ExchangeKind.TCP;
    }

    @Override
    public void install(ChannelPipeline pipeline, Roster roster, Outbound outbound) {
        pipeline.addLast(Wire.NAME, new Exchange(roster, this, outbound).client.wire());
    }

    @Override
    public void begin(Exchange exchange) {
        if (!anyClient && !allowsClient(exchange)) {
            exchange.fail(new Failure(
                    ProxyError.CLIENT_DENIED, "The client's address is not in the listener's list of clients."));
            return;
        }
        exchange.serverIndex = Math.floorMod(turn.getAndIncrement(), fixed.length);
        reach(exchange);
    }

    private boolean allowsClient(Exchange exchange) {
        InetSocketAddress from = exchange.client.remoteAddress();
        return Access.allowsClient(settings.clients(), from.getAddress());
    }

    private void reach(Exchange exchange) {
        InetSocketAddress address = fixed[exchange.serverIndex];
        if (address != null) {
            exchange.reach(address);
        } else {
            exchange.reach(servers.get(exchange.serverIndex));
        }
    }

    @Override
    public List<InetAddress> permitted(Exchange exchange, HostPort server, List<InetAddress> addresses) {
        return addresses;
    }

    @Override
    public boolean tryNext(Exchange exchange) {
        if (fixed.length == 1) {
            return false;
        }
        exchange.serverIndex = (exchange.serverIndex + 1) % fixed.length;
        reach(exchange);
        return true;
    }

    @Override
    public void opened(Exchange exchange) {}

    @Override
    public void failed(Exchange exchange, Failure failure) {
        RateLimitedLog log = failure.error() == ProxyError.CLIENT_DENIED ? refusals : failures;
        log.warn(
                System.nanoTime(),
                () -> "listener " + settings.name() + " closed client "
                        + Addresses.text(exchange.client.remoteAddress()) + " without serving it: " + failure.text());
        exchange.closeClient();
    }

    @Override
    public void headMissing(Exchange exchange, boolean timedOut) {
        throw new IllegalStateException("a TCP exchange has no head");
    }
}
