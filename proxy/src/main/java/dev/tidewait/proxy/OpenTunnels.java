package dev.tidewait.proxy;

import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.facts.ExchangeKind;
import dev.tidewait.proxy.failure.Failure;
import io.netty.channel.ChannelPipeline;
import java.net.InetAddress;
import java.util.List;

/** Whose exchanges begin with both connections open already: nothing is asked of it but names and numbers. Any thread. */
record OpenTunnels(ListenerSettings settings, ListenerMetrics metrics) implements ExchangeListener {
    @Override
    public ExchangeKind kind() {
        return ExchangeKind.CONNECT;
    }

    @Override
    public void install(ChannelPipeline pipeline, Roster roster, Outbound outbound) {
        throw nothingToDecide();
    }

    @Override
    public void begin(Exchange exchange) {
        throw nothingToDecide();
    }

    @Override
    public List<InetAddress> permitted(Exchange exchange, HostPort server, List<InetAddress> addresses) {
        throw nothingToDecide();
    }

    @Override
    public boolean tryNext(Exchange exchange) {
        throw nothingToDecide();
    }

    @Override
    public void opened(Exchange exchange) {
        throw nothingToDecide();
    }

    @Override
    public void failed(Exchange exchange, Failure failure) {
        throw nothingToDecide();
    }

    @Override
    public void headMissing(Exchange exchange, boolean timedOut) {
        throw nothingToDecide();
    }

    private static IllegalStateException nothingToDecide() {
        return new IllegalStateException("this exchange was open from the start");
    }
}
