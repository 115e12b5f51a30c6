package dev.tidewait.proxy.names;

import io.netty.channel.AddressedEnvelope;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Sends single DNS questions from one event loop and waits for their answers. Owned by that loop.
 *
 * <p>Netty's resolver is used for the exchange of messages alone: ids from a secure random source, a socket and so a port of its own for each
 * question (RFC 5452, section 9.2), the match of server, id and question, TCP where an answer was truncated. Which server, which name, what an
 * answer means and how long it is remembered is decided above it, so its caches, its search domains and its following of
 * referrals (all subjects of advisories) are not in use.
 */
final class DnsClient {
    /** What fits through nearly every path in one piece: DNS flag day 2020. */
    private static final int UDP_BYTES = 1232;

    /** Where questions leave from. Any thread. */
    record Channels(
            ChannelFactory<? extends DatagramChannel> datagrams, ChannelFactory<? extends SocketChannel> streams) {}

    private final EventLoop loop;
    private final ResolvConf conf;
    private final ServerOrder order;
    private final DnsNameResolver resolver;

    DnsClient(EventLoop loop, Channels channels, ResolvConf conf, ServerOrder order) {
        this.loop = loop;
        this.conf = conf;
        this.order = order;
        this.resolver = new DnsNameResolverBuilder(loop)
                .datagramChannelFactory(channels.datagrams())
                .socketChannelFactory(channels.streams())
                .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
                .nameServerProvider(new SequentialDnsServerAddressStreamProvider(
                        conf.servers().toArray(new InetSocketAddress[0])))
                .queryTimeoutMillis(TimeUnit.SECONDS.toMillis(conf.timeoutSeconds()))
                .maxPayloadSize(UDP_BYTES)
                .optResourceEnabled(true)
                .recursionDesired(true)
                .resolveCache(NoopDnsCache.INSTANCE)
                .cnameCache(NoopDnsCnameCache.INSTANCE)
                .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
                .hostsFileEntriesResolver((host, types) -> null)
                .searchDomains(List.of())
                .ndots(1)
                .build();
    }

    EventLoop loop() {
        return loop;
    }

    ResolvConf conf() {
        return conf;
    }

    ServerOrder order() {
        return order;
    }

    /** The answer has to be released. It fails with a time-out of Netty's, or with whatever kept it from asking. */
    Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> ask(InetSocketAddress server, DnsQuestion question) {
        return resolver.query(server, question);
    }

    void close() {
        resolver.close();
    }
}
