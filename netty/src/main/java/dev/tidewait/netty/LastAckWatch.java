package dev.tidewait.netty;

import dev.tidewait.linux.TcpInfo;
import dev.tidewait.linux.TcpState;
import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;

/**
 * Finds out when the peer has acknowledged the last FIN of a connection that the peer closed first. Owned by the channel's event
 * loop.
 *
 * <p>Until then the kernel is in LAST_ACK (RFC 9293 section 3.6): a round trip, or a retransmission time-out if the FIN or its
 * acknowledgement is lost. No event tells of the end, because a socket whose both directions are shut down is always ready; so TCP_INFO
 * is read, at doubling intervals.
 */
final class LastAckWatch {
    /** What was found out. */
    interface Listener {
        /** @param acknowledged false if it is given up: the kernel still waits */
        void lastAck(boolean acknowledged);
    }

    private static final long LEAST_INTERVAL_MICROS = 1_000;
    private static final long MOST_INTERVAL_MICROS = 100_000;
    private static final long PATIENCE_MILLIS = 5_000;

    private final Channel channel;
    private final LoopTools tools;
    private final Listener listener;
    private final long sinceMillis = Clock.nowMillis();
    private boolean stopped;

    private LastAckWatch(Channel channel, LoopTools tools, Listener listener) {
        this.channel = channel;
        this.tools = tools;
        this.listener = listener;
    }

    /** Whether the kernel waits for the acknowledgement of our FIN, after the peer's was acknowledged. */
    static boolean isInLastAck(Channel channel, LoopTools tools) {
        int descriptor = Transport.descriptor(channel);
        TcpInfo info = tools.tcpInfo();
        return descriptor >= 0 && info.read(descriptor).isNone() && info.state() == TcpState.LAST_ACK;
    }

    static LastAckWatch start(Channel channel, LoopTools tools, Listener listener) {
        LastAckWatch watch = new LastAckWatch(channel, tools, listener);
        watch.lookAfter(LEAST_INTERVAL_MICROS);
        return watch;
    }

    /** The listener is not called any more. */
    void stop() {
        stopped = true;
    }

    private void lookAfter(long micros) {
        channel.eventLoop().schedule(() -> look(micros), micros, TimeUnit.MICROSECONDS);
    }

    private void look(long micros) {
        if (stopped) {
            return;
        }
        boolean acknowledged = !isInLastAck(channel, tools);
        if (acknowledged || Clock.nowMillis() - sinceMillis >= PATIENCE_MILLIS) {
            stopped = true;
            listener.lastAck(acknowledged);
        } else {
            lookAfter(Math.min(2 * micros, MOST_INTERVAL_MICROS));
        }
    }
}
