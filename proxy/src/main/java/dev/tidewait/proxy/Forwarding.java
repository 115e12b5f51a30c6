package dev.tidewait.proxy;

import dev.tidewait.netty.LeasedConnection;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import dev.tidewait.proxy.http1.BodyLength;
import dev.tidewait.proxy.http1.HttpVersion;
import dev.tidewait.proxy.http1.RequestHead;
import dev.tidewait.proxy.http1.ResponseHead;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A request that is passed on to a server, and its response. Owned by one event loop.
 *
 * <p>pooled connection? → otherwise dial → head → content up and response down, side by side → the response is complete → the server connection
 * goes back to the pool or ends.
 *
 * <p><b>Stale connections.</b> If a pooled connection ends before it has said anything, the request is sent once more over a new one, where twice is
 * as good as once and there is no content (RFC 9110, section 9.2.2; RFC 9112, section 9.3.1). Any other request fails with 502.
 *
 * <p><b>A server that fails.</b> Before the response has begun the client gets an answer of ours. Afterwards it must never see a complete
 * message: the connection ends where the framing shows that something is missing, and is reset where it does not.
 */
final class Forwarding implements Turn {
    /** Seven segments or fewer are sent without waiting for an acknowledgement (RFC 6928); of more, a reset would throw away what was not sent yet. */
    private static final int SMALL_BYTES = 10_000;

    private final Conversation conversation;
    private final HttpProxyListener listener;
    private final Roster roster;
    private final RequestHead head;
    private final HostPort destination;
    private final RequestRelay request;
    private final ServerSearch search;
    /** From the head that was sent to the end of the response. */
    private @Nullable ServerUse server;

    private boolean clientKeeps;

    Forwarding(Conversation conversation, RequestHead head, HostPort destination) {
        this.conversation = conversation;
        this.listener = conversation.listener();
        this.roster = conversation.roster();
        this.head = head;
        this.destination = destination;
        this.request = new RequestRelay(head);
        this.search = new ServerSearch(this, conversation, head.method(), destination);
    }

    @Override
    public void begin() {
        search.begin();
    }

    /** There is a connection. */
    void found(ServerConnection connection, SentOver kind) {
        boolean reused = kind == SentOver.REUSED;
        ServerUse use = new ServerUse(
                roster, connection, reused, new ResponseRelay(this, connection.reader(), conversation.client()));
        server = use;
        Wire wire = use.wire();
        conversation.facts().connected(wire.channel().attr(LeasedConnection.KEY).get(), reused);
        conversation.facts().attempts(search.attemptCount());
        listener.metrics().requestSent(kind);
        use.begin(head, conversation.client().remoteAddress().getAddress(), listener.writer());
        request.begin(wire);
        touch();
        wire.reading(true);
    }

    /** Bytes moved: the deadline moves, too. */
    void touch() {
        conversation.deadline(
                conversation.client().hasInputEnded() || isAnswered()
                        ? roster.ticks().halfClosed()
                        : roster.ticks().idle());
    }

    // ---- the request's content ----

    @Override
    public boolean take(EarlyBytes held) {
        if (!request.take(held)) {
            return false;
        }
        touch();
        request.failure().ifPresent(this::requestBroken);
        if (request.isComplete()) {
            requestComplete();
        }
        return true;
    }

    @Override
    public boolean wantsInput() {
        return server == null || request.isComplete() || request.isReady();
    }

    @Override
    public void flush() {
        request.flush();
    }

    void serverWritable() {
        conversation.advance();
    }

    private void requestComplete() {
        request.flush();
        if (isAnswered()) {
            finish();
        }
    }

    private void requestBroken(Failure failure) {
        if (isResponseUnderWay()) {
            cut(EndCause.REFUSED);
        } else {
            fail(failure);
        }
    }

    @Override
    public void clientInputEnded() {
        if (request.isComplete()) {
            if (!search.isUnderWay()) {
                touch(); // it may still wait for the answer, but not as long as one that has not closed
            }
            return;
        }
        if (isAnswered()) {
            finishEarly();
        } else {
            requestBroken(new Failure(ProxyError.BAD_REQUEST, "The request's content ended in the middle."));
        }
    }

    /** Writing to the server has failed: it may have answered before it closed. */
    void serverTakesNoMore() {
        request.drop();
        conversation.advance();
    }

    // ---- the response ----

    void interim(ResponseHead interim) {
        if (!clientKnowsNoChunks()) {
            conversation.client().write(written(interim, true, 0));
        }
    }

    String method() {
        return head.method();
    }

    boolean clientKnowsNoChunks() {
        return head.version() == HttpVersion.HTTP_1_0;
    }

    private ByteBuf written(ResponseHead what, boolean keep, int roomBytes) {
        ByteBuf out = conversation
                .client()
                .channel()
                .alloc()
                .directBuffer(what.byteCount() + ServerUse.HEAD_ROOM_BYTES + roomBytes);
        listener.writer().response(what, head, keep, System.currentTimeMillis() / 1000, out);
        return out;
    }

    /** The head that counts, as it is to be written, in a buffer that has room for so many bytes behind it. */
    ByteBuf responseBegins(ResponseHead answer, int roomBytes) {
        BodyLength length = answer.bodyFor(head.method());
        boolean framed = !(length instanceof BodyLength.UntilClose)
                && !(length instanceof BodyLength.Chunked && clientKnowsNoChunks());
        clientKeeps = framed && request.isComplete() && conversation.mayGoOn(head);
        conversation.facts().told(answer.status());
        return written(answer, clientKeeps, roomBytes);
    }

    void responseComplete() {
        conversation.client().flush(!clientKeeps);
        if (conversation.hasEnded()) {
            return; // its client had gone
        }
        if (request.isComplete()) {
            finish();
            return;
        }
        // An early answer. The client was told that the connection ends, and gets our FIN; what it still sends may
        // matter to the server.
        conversation.deadline(roster.ticks().halfClosed());
        conversation.client().endOutput();
    }

    /** 101: from here on the bytes have no meaning for us. */
    void upgraded(ResponseHead answer, ByteBuf behind) {
        ServerUse used = server;
        if (used == null || head.upgrade().isEmpty() || !request.isComplete()) {
            responseBroken(new Failure(
                    ProxyError.BAD_RESPONSE, "The server switched to another protocol that nobody had offered."));
            return;
        }
        conversation.facts().told(answer.status());
        conversation.client().write(written(answer, true, 0));
        server = null;
        ByteBuf rest = behind.isReadable() ? behind.readRetainedSlice(behind.readableBytes()) : null;
        Exchange tunnel = conversation.newTunnel();
        tunnel.server.adopt(
                used.wire(),
                conversation.records().bytesDown() + used.response().bytesRead(),
                rest);
        conversation.become(tunnel);
    }

    boolean isServed(ResponseRelay by) {
        ServerUse now = server;
        return now != null && now.response() == by;
    }

    /** The server has not said everything yet. */
    void awaitsMore() {
        ServerUse now = server;
        if (now != null) {
            now.wire().awaitMore();
        }
    }

    void pauseServer() {
        readServer(false);
    }

    @Override
    public void clientWritable() {
        readServer(true);
    }

    private void readServer(boolean wanted) {
        ServerUse now = server;
        if (now != null) {
            now.wire().reading(wanted);
        }
    }

    private void finish() {
        ServerUse used = server;
        recorded(EndCause.SERVED);
        server = null;
        if (used != null) {
            used.end(conversation.pin(), clientKeeps);
        }
        if (head.isLast() && used != null && used.response().bytesRead() <= SMALL_BYTES) {
            conversation.lastTurnEnded();
        } else {
            conversation.turnEnded(clientKeeps);
        }
    }

    // ---- trouble ----

    /** FIN. Where the response was complete the connection only still took the request's content. */
    void serverEnded() {
        if (isAnswered()) {
            finishEarly();
        } else if (!repeat()) {
            incomplete("closed the connection", ProxyError.RESPONSE_INCOMPLETE, EndCause.BAD_RESPONSE);
        }
    }

    /** RST. */
    void serverLost() {
        if (isAnswered()) {
            finishEarly();
        } else if (!repeat()) {
            incomplete("reset the connection", ProxyError.RESET, EndCause.SERVER_RESET);
        }
    }

    private void finishEarly() {
        recorded(EndCause.SERVED);
        dropServer();
        conversation.turnEnded(false);
    }

    private void recorded(EndCause why) {
        ServerUse used = server;
        conversation
                .records()
                .ended(
                        why,
                        request.byteCount(),
                        used == null ? 0 : used.response().bytesRead());
    }

    /** Sends the request once more over a new connection, where that is safe. */
    private boolean repeat() {
        ServerUse used = server;
        boolean safe = used != null
                && used.isStale()
                && head.isIdempotent()
                && head.body() instanceof BodyLength.None
                && head.upgrade().isEmpty();
        if (!safe) {
            return false;
        }
        dropServer();
        search.again();
        return true;
    }

    private void incomplete(String what, ProxyError error, EndCause cause) {
        ServerUse used = server;
        if (isResponseUnderWay()) {
            cut(cause);
        } else {
            boolean begun = used != null && used.response().hasBegun();
            String when = begun ? " in the middle of its answer." : " without an answer.";
            fail(new Failure(error, "The server " + destination + " " + what + when));
        }
    }

    void responseBroken(Failure failure) {
        if (isResponseUnderWay()) {
            cut(failure.error().endCause());
        } else {
            fail(failure);
        }
    }

    void broken(Throwable cause) {
        conversation.broken(cause);
    }

    /** Whether the response is complete. */
    private boolean isAnswered() {
        ServerUse now = server;
        return now != null && now.response().isComplete();
    }

    private boolean isResponseUnderWay() {
        ServerUse now = server;
        return now != null && now.response().isUnderWay();
    }

    /** The client gets an answer of ours. */
    void fail(Failure failure) {
        search.cancel();
        dropServer();
        conversation.answers().fail(failure, head, request);
    }

    /** The response has begun and will never be complete. */
    private void cut(EndCause cause) {
        ServerUse used = server;
        boolean shown = used != null && used.response().showsItsEnd();
        recorded(cause);
        dropServer();
        conversation.cut(cause, shown);
    }

    private void dropServer() {
        ServerUse used = server;
        server = null;
        if (used != null) {
            used.abort();
        }
    }

    @Override
    public void deadlinePassed() {
        if (search.isUnderWay()) {
            search.deadlinePassed();
            return;
        }
        if (isAnswered()) {
            finishEarly();
        } else if (isResponseUnderWay()) {
            cut(EndCause.IDLE);
        } else if (request.isComplete()) {
            fail(new Failure(
                    ProxyError.RESPONSE_TIMEOUT,
                    "The server " + destination + " gave no answer in time (timeouts.idle)."));
        } else {
            fail(new Failure(
                    ProxyError.REQUEST_TIMEOUT,
                    "The request's content was not complete in time. Send it without a pause."));
        }
    }

    @Override
    public void cancel(EndCause why) {
        recorded(why);
        search.cancel();
        dropServer();
    }
}
