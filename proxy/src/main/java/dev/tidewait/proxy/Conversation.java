package dev.tidewait.proxy;

import dev.tidewait.proxy.facts.ExchangeFacts;
import dev.tidewait.proxy.facts.ExchangeKind;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import dev.tidewait.proxy.http1.Duty;
import dev.tidewait.proxy.http1.RequestHead;
import dev.tidewait.proxy.http1.RequestReader;
import dev.tidewait.proxy.http1.RequestReading;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.util.Optional;
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
    private final Wire client = new Wire(this);
    private final RequestReader reader;
    private final EarlyBytes held = new EarlyBytes();
    private Phase phase = Phase.IDLE;
    private @Nullable Turn turn;
    /** What went wrong with the last request, or with the connection. */
    private @Nullable EndCause cause;

    /** For the access log: of one request after the other. */
    private final ExchangeFacts facts;
    /** Whether the facts are of something that has not ended. */
    private boolean recording;

    private boolean advancing;
    private long requestCount;
    private long beganNanos;
    private long bytesUp;
    private long bytesDown;
    /** While lingering: what the client has not taken, and when it is taken for gone if that does not change. */
    private long unsentBytes;

    private long stalledTick;

    Conversation(HttpProxyListener listener, Roster roster, Outbound outbound) {
        this.listener = listener;
        this.roster = roster;
        this.outbound = outbound;
        this.reader = new RequestReader(listener.maxHeadBytes());
        this.facts = new ExchangeFacts(roster.accessLog(), listener.settings().name());
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

    InetAddress clientAddress() {
        return client.remoteAddress().getAddress();
    }

    @Override
    public void opened() {
        beganNanos = System.nanoTime();
        record();
        roster.add(this);
        listener.metrics().accepted();
        if (roster.isClosed()) {
            abort(EndCause.DRAINED);
            return;
        }
        deadline(roster.ticks().clientHeader());
    }

    private void record() {
        if (!recording) {
            recording = true;
            facts.began(listener.kind(), client.channel().remoteAddress());
        }
    }

    ExchangeFacts facts() {
        return facts;
    }

    // ---- requests ----

    @Override
    public void received(ByteBuf bytes) {
        bytesUp += bytes.readableBytes();
        if (phase == Phase.LINGERING) {
            bytes.release();
            return;
        }
        held.add(bytes);
        proceed();
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
        proceed();
        receivedAll();
    }

    private void proceed() {
        if (advancing) {
            return; // the loop below goes on
        }
        advancing = true;
        try {
            while (step()) {
                // One head, one piece of content or one answer at a time; not recursively, however many requests came
                // at once.
            }
        } finally {
            advancing = false;
        }
        tellOfTheEnd();
        if (phase != Phase.ENDED) {
            client.reading(wantsInput());
        }
    }

    /** The client's FIN counts only when everything before it was taken. */
    private void tellOfTheEnd() {
        Turn now = turn;
        if (now != null && client.hasInputEnded() && held.peek() == null) {
            now.clientInputEnded();
        }
    }

    private boolean step() {
        return switch (phase) {
            case IDLE, HEAD -> readHead();
            case TURN -> {
                Turn now = turn;
                yield now != null && now.take(held);
            }
            case LINGERING, ENDED -> false;
        };
    }

    private boolean wantsInput() {
        Turn now = turn;
        return phase == Phase.LINGERING || (!held.isFull() && (now == null || now.wantsInput()));
    }

    private boolean readHead() {
        if (!client.isWritable()) {
            return false; // it asks faster than it takes our answers
        }
        ByteBuf in = held.peek();
        if (in == null) {
            if (client.hasInputEnded()) {
                headMissing(false);
            }
            return false;
        }
        if (phase == Phase.IDLE) {
            phase = Phase.HEAD;
            record();
            deadline(roster.ticks().clientHeader());
        }
        RequestReading reading = reader.read(in);
        held.trim();
        return switch (reading) {
            case RequestReading.More more -> true;
            case RequestReading.Unfit unfit -> {
                answer(unfit.failure(), false, true, bytesUp);
                yield false;
            }
            case RequestReading.Read read -> {
                begin(read.head());
                yield true;
            }
        };
    }

    private void begin(RequestHead head) {
        phase = Phase.TURN;
        deadlineTick = Roster.NEVER;
        cause = null;
        requestCount++;
        Duty duty = Duty.of(head);
        facts.asked(
                duty instanceof Duty.Tunnel ? ExchangeKind.CONNECT : ExchangeKind.HTTP,
                head.method(),
                head.target(),
                head.version().toString());
        InetAddress from = clientAddress();
        Optional<Failure> stranger = listener.stranger(from);
        if (stranger.isPresent()) {
            answer(stranger.get(), head, new RequestRelay(head));
        } else if (listener.asks(from)) {
            LoggingIn loggingIn = new LoggingIn(this, head);
            turn = loggingIn;
            loggingIn.begin();
        } else {
            serve(head);
        }
    }

    /** The client may use the proxy. */
    void serve(RequestHead head) {
        Duty duty = Duty.of(head);
        Optional<Failure> denied = listener.denied(head.method(), duty);
        if (denied.isPresent()) {
            answer(denied.get(), head, new RequestRelay(head));
            return;
        }
        switch (duty) {
            case Duty.Forward forward -> {
                Forwarding forwarding = new Forwarding(this, head, forward.server());
                turn = forwarding;
                forwarding.begin();
            }
            case Duty.Tunnel tunnel -> {
                Tunnelling tunnelling = new Tunnelling(this, head, tunnel.server());
                turn = tunnelling;
                tunnelling.begin();
            }
            case Duty.Refuse refuse -> answer(refuse.failure(), head, new RequestRelay(head));
            case Duty.AnswerOptions options -> answer(notYet(head), head, new RequestRelay(head));
            case Duty.AnswerTrace trace -> answer(notYet(head), head, new RequestRelay(head));
        }
    }

    private static Failure notYet(RequestHead head) {
        return new Failure(ProxyError.METHOD_NOT_ALLOWED, head.method() + " of the proxy itself is not offered.");
    }

    /** Whether another request may follow that one. */
    boolean mayGoOn(RequestHead head) {
        return head.keepAlive() && !roster.isDraining();
    }

    // ---- answers of our own ----

    /** Answers a request that cannot be served. */
    void answer(Failure failure, RequestHead head, RequestRelay content) {
        answer(failure, mayGoOn(head) && content.isComplete(), !head.method().equals("HEAD"), content.byteCount());
    }

    private void answer(Failure failure, boolean keep, boolean bodyAllowed, long requestBytes) {
        turn = null;
        facts.failed(failure);
        facts.told(failure.error().status());
        recorded(failure.error().endCause(), requestBytes, 0);
        cause = failure.error().endCause();
        listener.log(failure, client);
        client.write(HttpAnswer.of(failure, keep, bodyAllowed && failure.bodyAllowed()));
        turnEnded(keep);
    }

    // ---- the end of a turn ----

    /** A request, or what never became one, is over: the access log gets its record. */
    void recorded(EndCause why, long requestBytes, long responseBytes) {
        bytesDown += responseBytes;
        if (recording) {
            recording = false;
            facts.ended(why, requestBytes, responseBytes);
        }
    }

    /** The answer is written. */
    void turnEnded(boolean keep) {
        turn = null;
        client.flush();
        if (keep) {
            phase = Phase.IDLE;
            deadline(roster.ticks().clientIdle());
            advance();
        } else {
            linger();
        }
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
        unsentBytes = client.unsentBytes();
        stalledTick = roster.deadline(roster.ticks().idle());
        held.release();
        client.reading(true);
        client.endOutput();
    }

    Exchange newTunnel() {
        return new Exchange(roster, listener.tunnels(), outbound, facts);
    }

    /** From here on the tunnel has the client's connection, too. */
    void become(Exchange tunnel) {
        phase = Phase.ENDED;
        turn = null;
        deadlineTick = Roster.NEVER;
        roster.remove(this);
        tunnel.client.adopt(client, bytesUp, held.take());
        tunnel.beginOpen();
    }

    long bytesDown() {
        return bytesDown;
    }

    // ---- the client's end ----

    @Override
    public void inputEnded() {
        if (phase != Phase.LINGERING) {
            advance();
        }
    }

    /** There will be no further request. */
    private void headMissing(boolean timedOut) {
        if (!reader.hasBegun()) {
            leave(requestCount == 0 ? EndCause.NO_REQUEST : timedOut ? EndCause.IDLE : EndCause.CLIENT_CLOSED);
        } else if (timedOut) {
            answer(
                    new Failure(
                            ProxyError.REQUEST_TIMEOUT,
                            "The request head was not complete in time. Send it without a pause."),
                    false,
                    true,
                    bytesUp);
        } else {
            answer(new Failure(ProxyError.BAD_REQUEST, "The request head ended in the middle."), false, true, bytesUp);
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
        held.release();
        recorded(why, bytesUp, 0);
        listener.metrics().ended(why, bytesUp, bytesDown, System.nanoTime() - beganNanos);
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

    /** A slow reader gets as long as it reads at all; once it has everything it may close first, but not for long. */
    private void lingered() {
        if (client.hasOutputEnded()) {
            client.close();
            closed();
            return;
        }
        long before = unsentBytes;
        unsentBytes = client.unsentBytes();
        if (unsentBytes != before) {
            stalledTick = roster.deadline(roster.ticks().idle());
        }
        if (roster.deadline(0) < stalledTick) {
            deadline(roster.ticks().linger());
        } else {
            abort(EndCause.IDLE);
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
