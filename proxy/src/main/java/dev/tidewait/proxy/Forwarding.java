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
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.List;
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
final class Forwarding implements Turn, Dial.Caller {
    private static final int HEAD_ROOM_BYTES = 256;

    private final Conversation conversation;
    private final HttpProxyListener listener;
    private final Roster roster;
    private final RequestHead head;
    private final HostPort destination;
    private final RequestRelay request;
    private final Attempts attempts = new Attempts();
    private @Nullable ResponseRelay response;
    private @Nullable Dial dial;
    private @Nullable ServerConnection server;
    private boolean pooled;
    private boolean askedToKeep;
    private boolean serverKeeps;
    private boolean serverWillClose;
    private boolean clientKeeps;
    private BodyLength responseLength = BodyLength.NONE;

    Forwarding(Conversation conversation, RequestHead head, HostPort destination) {
        this.conversation = conversation;
        this.listener = conversation.listener();
        this.roster = conversation.roster();
        this.head = head;
        this.destination = destination;
        this.request = new RequestRelay(head);
    }

    void begin() {
        ServerConnection waiting = roster.pool().take(destination, this::isPermitted);
        if (waiting == null) {
            dial();
        } else {
            pooled = true;
            send(waiting);
        }
    }

    private boolean isPermitted(InetAddress address) {
        return listener.isPermitted(head.method(), destination, address);
    }

    // ---- a connection ----

    private void dial() {
        pooled = false;
        ServerConnection fresh = new ServerConnection(roster, destination, listener.maxHeadBytes());
        server = fresh;
        Dial way = new Dial(conversation.outbound(), roster, fresh.wire(), this, attempts);
        dial = way;
        way.start(destination);
    }

    @Override
    public ListenerMetrics metrics() {
        return listener.metrics();
    }

    @Override
    public List<InetAddress> permitted(HostPort target, List<InetAddress> addresses) {
        return listener.permitted(head.method(), target, addresses, this::fail);
    }

    @Override
    public void deadline(long ticksAhead) {
        conversation.deadline(ticksAhead);
    }

    @Override
    public void notDialled(Failure failure) {
        fail(failure);
    }

    @Override
    public void dialled(Channel channel) {
        dial = null;
        ServerConnection fresh = server;
        if (fresh != null) {
            send(fresh);
            conversation.advance();
        }
    }

    private void send(ServerConnection connection) {
        server = connection;
        Wire wire = connection.wire();
        conversation.facts().connected(wire.channel().attr(LeasedConnection.KEY).get(), pooled);
        conversation.facts().attempts(attempts.count());
        ResponseRelay relay = new ResponseRelay(this, connection.reader(), conversation.client());
        response = relay;
        wire.serve(relay);
        HttpSettings settings = roster.pool().settings();
        askedToKeep =
                settings.serverClose() != ServerClose.SERVER || (settings.keepsConnections() && !roster.isDraining());
        ByteBuf out = wire.channel().alloc().directBuffer(head.byteCount() + HEAD_ROOM_BYTES);
        listener.writer().request(head, conversation.clientAddress(), askedToKeep, out);
        wire.write(out);
        request.begin(wire);
        touch();
        wire.reading(true);
    }

    /** Bytes moved: the deadline moves, too. */
    void touch() {
        conversation.deadline(
                conversation.client().hasInputEnded()
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
        return server == null || dial != null || request.isComplete() || request.isReady();
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
        ResponseRelay answer = response;
        if (answer != null && answer.isComplete()) {
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
            if (dial == null) {
                touch(); // it may still wait for the answer, but not as long as one that has not closed
            }
            return;
        }
        ResponseRelay answer = response;
        if (answer != null && answer.isComplete()) {
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
            write(interim, true);
        }
    }

    String method() {
        return head.method();
    }

    boolean clientKnowsNoChunks() {
        return head.version() == HttpVersion.HTTP_1_0;
    }

    private void write(ResponseHead what, boolean keep) {
        Wire client = conversation.client();
        ByteBuf out = client.channel().alloc().directBuffer(what.byteCount() + HEAD_ROOM_BYTES);
        listener.writer().response(what, head, keep, System.currentTimeMillis() / 1000, out);
        client.write(out);
    }

    /** The head that counts; returns where its content ends. */
    BodyLength responseBegins(ResponseHead answer) {
        BodyLength length = answer.bodyFor(head.method());
        responseLength = length;
        boolean framed = !(length instanceof BodyLength.UntilClose)
                && !(length instanceof BodyLength.Chunked && clientKnowsNoChunks());
        serverKeeps = answer.keepAliveAfter(head.method());
        serverWillClose = !serverKeeps || !askedToKeep;
        clientKeeps = framed && request.isComplete() && conversation.mayGoOn(head);
        conversation.facts().told(answer.status());
        write(answer, clientKeeps);
        return length;
    }

    void responseComplete() {
        conversation.client().flush();
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
        ServerConnection connection = server;
        ResponseRelay relay = response;
        if (connection == null || relay == null || head.upgrade().isEmpty() || !request.isComplete()) {
            responseBroken(new Failure(
                    ProxyError.BAD_RESPONSE, "The server switched to another protocol that nobody had offered."));
            return;
        }
        conversation.facts().told(answer.status());
        write(answer, true);
        conversation.client().flush();
        server = null;
        ByteBuf rest = behind.isReadable() ? behind.readRetainedSlice(behind.readableBytes()) : null;
        Exchange tunnel = conversation.newTunnel();
        tunnel.server.adopt(connection.wire(), conversation.bytesDown() + relay.bytesRead(), rest);
        conversation.become(tunnel);
    }

    boolean isServed(ResponseRelay by) {
        return server != null && response == by;
    }

    void pauseServer() {
        ServerConnection connection = server;
        if (connection != null) {
            connection.wire().reading(false);
        }
    }

    @Override
    public void clientWritable() {
        ServerConnection connection = server;
        if (connection != null && dial == null) {
            connection.wire().reading(true);
        }
    }

    private void finish() {
        ServerConnection connection = server;
        ResponseRelay answer = response;
        server = null;
        if (connection != null && answer != null) {
            if (serverKeeps && askedToKeep && answer.isClean() && connection.mayServeAgain()) {
                roster.pool().give(connection);
            } else {
                connection.end(serverWillClose);
            }
        }
        recorded(EndCause.SERVED);
        conversation.turnEnded(clientKeeps);
    }

    // ---- trouble ----

    /** FIN. Where the response was complete the connection only still took the request's content. */
    void serverEnded() {
        ResponseRelay answer = response;
        if (answer != null && answer.isComplete()) {
            finishEarly();
        } else if (!repeat()) {
            incomplete("closed the connection", ProxyError.RESPONSE_INCOMPLETE, EndCause.BAD_RESPONSE);
        }
    }

    /** RST. */
    void serverLost() {
        ResponseRelay answer = response;
        if (answer != null && answer.isComplete()) {
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
        ResponseRelay answer = response;
        conversation.recorded(why, request.byteCount(), answer == null ? 0 : answer.bytesRead());
    }

    /** Sends the request once more over a new connection, where that is safe. */
    private boolean repeat() {
        ResponseRelay answer = response;
        boolean safe = pooled
                && answer != null
                && !answer.hasBegun()
                && head.isIdempotent()
                && head.body() instanceof BodyLength.None
                && head.upgrade().isEmpty();
        if (!safe) {
            return false;
        }
        dropServer();
        dial();
        return true;
    }

    private void incomplete(String what, ProxyError error, EndCause cause) {
        if (isResponseUnderWay()) {
            cut(cause);
        } else {
            ResponseRelay answer = response;
            String when = answer != null && answer.hasBegun() ? " in the middle of its answer." : " without an answer.";
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

    private boolean isResponseUnderWay() {
        ResponseRelay answer = response;
        return answer != null && answer.isUnderWay();
    }

    /** The client gets an answer of ours. */
    private void fail(Failure failure) {
        dial = null;
        dropServer();
        conversation.answer(failure, head, request);
    }

    /** The response has begun and will never be complete. */
    private void cut(EndCause cause) {
        ResponseRelay answer = response;
        boolean shown = answer != null && answer.showsItsEnd(responseLength);
        recorded(cause);
        dropServer();
        conversation.cut(cause, shown);
    }

    private void dropServer() {
        ServerConnection connection = server;
        ResponseRelay answer = response;
        server = null;
        if (connection != null && answer != null) {
            connection.abort();
        }
        response = null;
    }

    @Override
    public void deadlinePassed() {
        Dial way = dial;
        if (way != null) {
            way.deadlinePassed();
            return;
        }
        ResponseRelay answer = response;
        if (answer != null && answer.isComplete()) {
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
        Dial way = dial;
        dial = null;
        if (way != null) {
            way.cancel();
        }
        dropServer();
    }
}
