package dev.tidewait.proxy;

import dev.tidewait.proxy.access.Admission;
import dev.tidewait.proxy.access.ClientLimits;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands accepted connections to their listener and to an event loop. Owned by the event loop of its listening socket.
 *
 * <p>With one listening socket per loop a connection stays on the loop that accepted it, so that no thread is woken for it; with one socket for
 * all (NIO) the loops take turns. Where that makes one loop serve many more clients than another, see {@link LoopChoice}.
 */
final class Acceptor extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
    private static final long PAUSE_SECONDS = 1;

    private final Door door;
    private final ClientLimits limits;
    private final LoopChoice loops;
    private final RateLimitedLog failures = new RateLimitedLog(LOG);
    private final RateLimitedLog refusals = new RateLimitedLog(LOG);

    Acceptor(Door door, ClientLimits limits, LoopChoice loops) {
        this.door = door;
        this.limits = limits;
        this.loops = loops;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Channel child = (Channel) message;
        Roster roster = loops.next();
        WireSettings.apply(child);
        install(child, roster);
        roster.expect();
        roster.loop().register(child).addListener(registered -> {
            roster.arrived();
            if (!registered.isSuccess()) {
                child.unsafe().closeForcibly();
            }
        });
    }

    private void install(Channel child, Roster roster) {
        Service now = door.service();
        Listener listener = now.listener();
        Admission admission = child.remoteAddress() instanceof InetSocketAddress from
                ? limits.admit(from.getAddress(), System.nanoTime())
                : new Admission.Uncounted(); // has gone already
        switch (admission) {
            case Admission.Uncounted uncounted -> listener.install(child.pipeline(), roster, now.outbound());
            case Admission.Seat seat -> {
                child.closeFuture().addListener(closed -> seat.leave());
                listener.install(child.pipeline(), roster, now.outbound());
            }
            case Admission.Refused refused -> {
                refusals.warn(
                        System.nanoTime(),
                        () -> "listener " + listener.settings().name() + " refused a connection: "
                                + refused.failure().text());
                child.pipeline().addLast(new RefusedClient(listener, roster, refused.failure()).handler());
            }
        }
    }

    /** Out of descriptors or memory: trying again at once would only burn the processor. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failures.warn(
                System.nanoTime(),
                () -> "listener " + door.service().settings().name() + " cannot accept (" + cause.getMessage()
                        + ") and pauses " + PAUSE_SECONDS
                        + " s. If descriptors are short, raise LimitNOFILE or ulimit -n.");
        ChannelConfig config = ctx.channel().config();
        if (config.isAutoRead()) {
            config.setAutoRead(false);
            ctx.executor()
                    .schedule(() -> config.setAutoRead(true), PAUSE_SECONDS, TimeUnit.SECONDS)
                    .addListener(resumed -> LOG.debug("accepting again: {}", resumed.isSuccess()));
        }
    }
}
