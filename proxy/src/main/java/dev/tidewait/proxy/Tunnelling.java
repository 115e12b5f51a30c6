package dev.tidewait.proxy;

import dev.tidewait.netty.LeasedConnection;
import dev.tidewait.proxy.access.Access;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CONNECT: dial → 200 → both connections become a tunnel; or an answer why not. Owned by one event loop. */
final class Tunnelling implements Turn, Dial.Caller {
    private static final ByteBuf ESTABLISHED = Unpooled.unreleasableBuffer(Unpooled.directBuffer()
            .writeBytes("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));

    private static final int HTTP_OK = 200;

    private final Conversation conversation;
    private final RequestHead head;
    private final HostPort target;
    private final Exchange tunnel;
    private final Attempts attempts = new Attempts();
    private @Nullable Dial dial;

    Tunnelling(Conversation conversation, RequestHead head, HostPort target) {
        this.conversation = conversation;
        this.head = head;
        this.target = target;
        this.tunnel = conversation.newTunnel();
    }

    @Override
    public void begin() {
        Dial way = new Dial(conversation.outbound(), conversation.roster(), tunnel.server.wire(), this, attempts);
        dial = way;
        way.start(target);
    }

    @Override
    public ListenerMetrics metrics() {
        return conversation.listener().metrics();
    }

    @Override
    public List<InetAddress> permitted(HostPort server, List<InetAddress> addresses) {
        return conversation.listener().permitted(Access.CONNECT, server, addresses, this::notDialled);
    }

    @Override
    public void deadline(long ticksAhead) {
        conversation.deadline(ticksAhead);
    }

    @Override
    public void dialled(Channel channel) {
        dial = null;
        conversation.facts().connected(channel.attr(LeasedConnection.KEY).get(), false);
        conversation.facts().attempts(attempts.count());
        conversation.facts().told(HTTP_OK);
        conversation.client().write(ESTABLISHED.duplicate());
        conversation.become(tunnel);
    }

    @Override
    public void notDialled(Failure failure) {
        dial = null;
        conversation.facts().attempts(attempts.count());
        conversation.answers().fail(failure, head, new RequestRelay(head));
    }

    @Override
    public boolean take(EarlyBytes held) {
        return false; // what comes belongs to the tunnel
    }

    @Override
    public boolean wantsInput() {
        return true;
    }

    @Override
    public void flush() {}

    @Override
    public void clientWritable() {}

    /** It may still wait for an answer, and the server shall get the FIN. */
    @Override
    public void clientInputEnded() {}

    @Override
    public void deadlinePassed() {
        Dial way = dial;
        if (way != null) {
            way.deadlinePassed();
        }
    }

    @Override
    public void cancel(EndCause why) {
        Dial way = dial;
        dial = null;
        if (way != null) {
            way.cancel();
        }
    }
}
