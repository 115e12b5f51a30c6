package dev.tidewait.proxy;

import io.netty.channel.ChannelHandler;
import java.net.InetAddress;
import java.util.List;

/** HTTP CONNECT. Any thread. */
final class ConnectListener implements Listener {
    private final ConnectListenerSettings settings;
    private final ListenerMetrics metrics;

    ConnectListener(ConnectListenerSettings settings, ListenerMetrics metrics) {
        this.settings = settings;
        this.metrics = metrics;
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
    public ChannelHandler reader(Exchange exchange) {
        return exchange.client;
    }

    @Override
    public void begin(Exchange exchange) {
        exchange.closeClient();
    }

    @Override
    public List<InetAddress> permitted(Exchange exchange, HostPort server, List<InetAddress> addresses) {
        return addresses;
    }

    @Override
    public boolean tryNext(Exchange exchange) {
        return false;
    }

    @Override
    public void opened(Exchange exchange) {}

    @Override
    public void failed(Exchange exchange, Failure failure) {
        exchange.closeClient();
    }

    @Override
    public void headTimedOut(Exchange exchange) {
        exchange.closeClient();
    }
}
