package dev.tidewait.proxy;

import dev.tidewait.proxy.facts.ExchangeFacts;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: request after request, each with a {@link Turn} of its own. Owned by one event loop.
 *
 * <p>One turn at a time (docs/decisions/021): what a client sends ahead waits, at most 64 KiB and one read of it, the rest unread in the
 * kernel. Reading goes on until then, so that a client that leaves is noticed.
 *
 * <p>A conversation ends by becoming a tunnel, or when its connection is closed and its turn is cancelled.
 */
final class Conversation extends RosterMember implements Wire.User {
    private enum Phase {
        /** Nothing of the next request has come. */
        IDLE,
        /** Some of its head has. */
        HEAD,
        TURN,
        /** The last answer is on its way and our FIN behind it; what the client still says is thrown away. */
        LINGERING,
        ENDED
    }

    private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

    private final HttpProxyListener listener;
    private final Roster roster;
    private final Outbound outbound;
    private final Wire client = new Wire(this, true);
    private final ClientInput input;
    private final RequestRecords records;
    private final Reception reception;
    private final OwnAnswers answers;
    private final Lingering lingering;
    private final Pin pin;
    private Phase phase = Phase.IDLE;
    private @Nullable Turn turn;
    /** What went wrong with the last request, or with the connection. */
    private @Nullable EndCause cause;

    Conversation(HttpProxyListener listener, Roster roster, Outbound outbound) {
        this.listener = listener;
        this.roster = roster;
        this.outbound = outbound;
        this.input = new ClientInput(this, client, listener.maxHeadBytes());
        this.records = new RequestRecords(listener, roster.accessLog(), client);
        this.reception = new Reception(this);
        this.answers = new OwnAnswers(this);
        this.lingering = new Lingering(roster, client);
        this.pin = new Pin(roster.pool());
    }

    HttpProxyListener listener() {
        return listener;
    }

    Roster roster() {
        return roster;
    }

    Outbound outbound() {
        return outbound;
    }

    Wire client() {
        return client;
    }

    Reception reception() {
        return reception;
    }

    ClientInput input() {
        return input;
    }

    OwnAnswers answers() {
        return answers;
    }

    RequestRecords records() {
        return records;
    }

    Pin pin() {
        return pin;
    }

    /** For the access log: what is known of the request under way. */
    ExchangeFacts facts() {
        return records.facts();
    }

    @Override
    public void opened() {
        records.opened();
        roster.add(this);
        if (roster.isClosed()) {
            abort(EndCause.DRAINED);
            return;
        }
        deadline(roster.ticks().clientHeader());
    }

    // ---- requests ----

    @Override
    public void received(ByteBuf bytes) {
        records.received(bytes.readableBytes());
        if (phase == Phase.LINGERING) {
            bytes.release();
        } else {
            input.add(bytes);
        }
    }

    @Override
    public void receivedAll() {
        Turn now = turn;
        if (now != null) {
            now.flush();
        }
    }

    /** Goes as far as possible with what the client has sent, and sends it. */
    void advance() {
        input.proceed();
        receivedAll();
    }

    @Nullable
    Turn turn() {
        return turn;
    }

    /** Whether the next request may begin, or go on. */
    boolean awaitsRequest() {
        return phase == Phase.IDLE || phase == Phase.HEAD;
    }

    /** Whether the client's connection is closed, or a tunnel's. */
    boolean hasEnded() {
        return phase == Phase.ENDED;
    }

    /** There are bytes that belong to the head of a request. */
    void headBegins() {
        if (phase == Phase.IDLE) {
            phase = Phase.HEAD;
            records.begin();
            deadline(roster.ticks().clientHeader());
        }
    }

    /** There is the head of a request. */
    void asked(RequestHead head) {
        phase = Phase.TURN;
        deadlineTick = Roster.NEVER;
        cause = null;
        records.asked(head);
        reception.receive(head);
    }

    /** The request leads to this. */
    void begin(Turn next) {
        turn = next;
        next.begin();
    }

    /** Whether another request may follow that one. */
    boolean mayGoOn(RequestHead head) {
        return head.keepAlive() && !roster.isDraining();
    }

    // ---- the end of a turn ----

    /** The answer is written. */
    void turnEnded(boolean keep) {
        turn = null;
        client.flush(!keep);
        if (keep && phase != Phase.ENDED) { // the client may have gone
            phase = Phase.IDLE;
            deadline(roster.ticks().clientIdle());
            advance();
            if (phase == Phase.IDLE && roster.isDraining()) {
                leave(EndCause.DRAINED);
            }
        } else {
            linger();
        }
    }

    /** Like {@link #turnEnded}, where the client has said that nothing comes behind its request: there is nothing to be reset. */
    void lastTurnEnded() {
        turn = null;
        if (input.holdsBytes()) {
            linger();
        } else {
            leave(EndCause.SERVED);
        }
    }

    /** An answer of our own is written, which says what went wrong. */
    void failed(EndCause why, boolean keep) {
        cause = why;
        turnEnded(keep);
    }

    /** The answer is incomplete and stays so. */
    void cut(EndCause why, boolean visibleByFin) {
        turn = null;
        cause = why;
        if (visibleByFin) {
            linger();
        } else {
            client.flush();
            abort(why);
        }
    }

    private void linger() {
        if (phase == Phase.ENDED) {
            return;
        }
        phase = Phase.LINGERING;
        deadline(roster.ticks().linger());
        input.drop();
        pin.end();
        lingering.begin();
    }

    Exchange newTunnel() {
        return new Exchange(roster, listener.tunnels(), outbound, records.facts());
    }

    /** From here on the tunnel has the client's connection, too, and what was written to it is sent. */
    void become(Exchange tunnel) {
        if (phase == Phase.ENDED) {
            tunnel.server.abort();
            return;
        }
        phase = Phase.ENDED;
        turn = null;
        deadlineTick = Roster.NEVER;
        pin.end();
        roster.remove(this);
        tunnel.client.adopt(client, records.bytesUp(), input.take());
        tunnel.beginOpen();
        client.flush(); // not before: a failure is the tunnel's
    }

    // ---- the client's end ----

    @Override
    public void inputEnded() {
        if (phase != Phase.LINGERING) {
            advance();
        }
    }

    /** There will be no further request. */
    void headMissing(boolean timedOut) {
        if (input.isInHead()) {
            answers.failHead(timedOut);
        } else {
            leave(records.hasRequests() ? timedOut ? EndCause.IDLE : EndCause.CLIENT_CLOSED : EndCause.NO_REQUEST);
        }
    }

    /** Silence is how clients keep a connection for later: no reason to complain. */
    private void leave(EndCause why) {
        if (cause == null) {
            cause = why;
        }
        if (client.unsentBytes() == 0) {
            client.close();
            end();
        } else {
            linger();
        }
    }

    @Override
    public void writable() {
        Turn now = turn;
        if (now != null) {
            now.clientWritable();
        } else {
            advance();
        }
    }

    @Override
    public void outputFailed() {
        if (phase != Phase.LINGERING) {
            abort(EndCause.CLIENT_RESET);
        }
    }

    @Override
    public void closed() {
        if (cause == null) {
            cause = EndCause.SERVED;
        }
        end();
    }

    @Override
    public void lost() {
        if (cause == null || phase != Phase.LINGERING) {
            cause = EndCause.CLIENT_RESET;
        }
        end();
    }

    @Override
    public void broken(Throwable thrown) {
        LOG.error("a conversation of listener {} failed", listener.settings().name(), thrown);
        abort(EndCause.INTERNAL_ERROR);
    }

    private void end() {
        if (phase == Phase.ENDED) {
            return;
        }
        phase = Phase.ENDED;
        deadlineTick = Roster.NEVER;
        EndCause why = cause == null ? EndCause.CLIENT_CLOSED : cause;
        Turn unfinished = turn;
        turn = null;
        if (unfinished != null) {
            unfinished.cancel(why);
        }
        input.drop();
        pin.end();
        records.closed(why);
        roster.remove(this);
    }

    // ---- roster ----

    /** To be called back by {@link #deadlinePassed()} after so many ticks. */
    void deadline(long ticksAhead) {
        deadlineTick = roster.deadline(ticksAhead);
    }

    @Override
    void deadlinePassed() {
        deadlineTick = Roster.NEVER;
        switch (phase) {
            case IDLE, HEAD -> headMissing(true);
            case TURN -> {
                Turn now = turn;
                if (now != null) {
                    now.deadlinePassed();
                }
            }
            case LINGERING -> lingered();
            case ENDED -> {}
        }
    }

    private void lingered() {
        switch (lingering.look()) {
            case TAKING -> deadline(roster.ticks().linger());
            case TAKEN -> {
                client.close(); // it may close first, but not for long
                closed();
            }
            case STALLED -> abort(EndCause.IDLE);
        }
    }

    @Override
    void look() {
        client.look();
    }

    @Override
    void drainBegins() {
        if (phase == Phase.IDLE) {
            leave(EndCause.DRAINED);
        }
    }

    @Override
    void abort(EndCause why) {
        cause = why;
        client.abort();
        end();
    }
}
