package dev.tidewait.proxy;

import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.failure.Failure;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gets a server connection for one request: the client's own, one that waits in the pool, otherwise a new one. Owned by one event loop.
 *
 * <p>It ends by {@link Forwarding#found} or {@link Forwarding#fail}, which may come before the call that caused it returns, unless it is cancelled.
 */
final class ServerSearch implements Dial.Caller {
    private final Forwarding turn;
    private final Conversation conversation;
    private final String method;
    private final HostPort destination;
    private final Attempts attempts = new Attempts();
    private @Nullable Dial dial;
    /** What is being dialled. */
    private @Nullable ServerConnection fresh;

    private SentOver kind = SentOver.FRESH;

    ServerSearch(Forwarding turn, Conversation conversation, String method, HostPort destination) {
        this.turn = turn;
        this.conversation = conversation;
        this.method = method;
        this.destination = destination;
    }

    void begin() {
        ServerConnection own = conversation.pin().take(destination, this::isPermitted);
        ServerConnection waiting =
                own == null ? conversation.roster().pool().take(destination, this::isPermitted) : own;
        if (waiting == null) {
            dial(SentOver.FRESH);
        } else {
            turn.found(waiting, SentOver.REUSED);
        }
    }

    private boolean isPermitted(InetAddress address) {
        return conversation.listener().isPermitted(method, destination, address);
    }

    /** Gets a new one, whatever there is in the pool: the one found first had ended. */
    void again() {
        dial(SentOver.REPEATED);
    }

    private void dial(SentOver as) {
        kind = as;
        Roster roster = conversation.roster();
        ServerConnection next = new ServerConnection(
                roster, destination, conversation.listener().maxHeadBytes());
        fresh = next;
        Dial way = new Dial(conversation.outbound(), roster, next.wire(), this, attempts);
        dial = way;
        way.start(destination);
    }

    /** Whether a connection is awaited. */
    boolean isUnderWay() {
        return dial != null;
    }

    /** Connections asked for so far. */
    int attemptCount() {
        return attempts.count();
    }

    @Override
    public boolean speaksFirst() {
        return true; // the head of the request
    }

    @Override
    public ListenerMetrics metrics() {
        return conversation.listener().metrics();
    }

    @Override
    public List<InetAddress> permitted(HostPort target, List<InetAddress> addresses) {
        return conversation.listener().permitted(method, target, addresses, this::notDialled);
    }

    @Override
    public void deadline(long ticksAhead) {
        conversation.deadline(ticksAhead);
    }

    @Override
    public void notDialled(Failure failure) {
        dial = null;
        conversation.facts().attempts(attempts.count());
        turn.fail(failure);
    }

    @Override
    public void dialled(Channel channel) {
        dial = null;
        ServerConnection connected = fresh;
        fresh = null;
        if (connected != null) {
            turn.found(connected, kind);
            conversation.advance();
        }
    }

    /** The dial under way has waited as long as its last {@link #deadline} said. */
    void deadlinePassed() {
        Dial way = dial;
        if (way != null) {
            way.deadlinePassed();
        }
    }

    /** Nobody wants a connection any more; harmless where there is none under way. */
    void cancel() {
        Dial way = dial;
        dial = null;
        if (way != null) {
            way.cancel();
        }
    }
}
