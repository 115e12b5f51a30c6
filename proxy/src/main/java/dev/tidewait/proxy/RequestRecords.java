package dev.tidewait.proxy;

import dev.tidewait.proxy.facts.AccessLog;
import dev.tidewait.proxy.facts.ExchangeFacts;
import dev.tidewait.proxy.facts.ExchangeKind;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.http1.RequestHead;
import dev.tidewait.proxy.http1.Target;

/**
 * What access log and metrics get to know of a {@link Conversation}: one record for each request, or for what never became one, and one end for the
 * connection. Owned by one event loop.
 */
final class RequestRecords {
    private final HttpProxyListener listener;
    private final Wire client;
    /** Of one request after the other. */
    private final ExchangeFacts facts;
    /** Whether the facts are of something that has not ended. */
    private boolean recording;

    private long requestCount;
    private long beganNanos;
    private long bytesUp;
    private long bytesDown;

    RequestRecords(HttpProxyListener listener, AccessLog log, Wire client) {
        this.listener = listener;
        this.client = client;
        this.facts = new ExchangeFacts(log, listener.settings().name());
    }

    ExchangeFacts facts() {
        return facts;
    }

    /** The client is connected. */
    void opened() {
        beganNanos = System.nanoTime();
        begin();
        listener.metrics().accepted();
    }

    /** A request begins, where none has begun already. */
    void begin() {
        if (!recording) {
            recording = true;
            facts.began(listener.kind(), client.channel().remoteAddress());
        }
    }

    /** The head of a request was read. */
    void asked(RequestHead head) {
        requestCount++;
        listener.metrics().requested();
        facts.asked(
                head.target() instanceof Target.Authority ? ExchangeKind.CONNECT : ExchangeKind.HTTP,
                head.method(),
                head.target(),
                head.version().toString());
    }

    /** A request, or what never became one, is over: the access log gets its record. */
    void ended(EndCause why, long requestBytes, long responseBytes) {
        bytesDown += responseBytes;
        if (recording) {
            recording = false;
            facts.ended(why, requestBytes, responseBytes);
        }
    }

    /** The connection is over, and with it what was recorded last. */
    void closed(EndCause why) {
        ended(why, bytesUp, 0);
        listener.metrics().ended(why, bytesUp, bytesDown, System.nanoTime() - beganNanos);
    }

    /** Whether the head of any request was read. */
    boolean hasRequests() {
        return requestCount > 0;
    }

    void received(int byteCount) {
        bytesUp += byteCount;
    }

    /** Bytes from the client. */
    long bytesUp() {
        return bytesUp;
    }

    /** Bytes from servers for requests that are over. */
    long bytesDown() {
        return bytesDown;
    }
}
