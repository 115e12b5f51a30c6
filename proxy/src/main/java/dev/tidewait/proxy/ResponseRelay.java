package dev.tidewait.proxy;

import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import dev.tidewait.proxy.http1.BodyLength;
import dev.tidewait.proxy.http1.BodyReader;
import dev.tidewait.proxy.http1.ResponseHead;
import dev.tidewait.proxy.http1.ResponseReader;
import dev.tidewait.proxy.http1.ResponseReading;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the server answers to one request, on its way to the client: interim responses, then the one that counts, its content as
 * the very bytes that were checked. Owned by one event loop; listens to the wire of the server connection while that serves.
 */
final class ResponseRelay implements Wire.User {
    /** A server that goes on for ever must not. */
    private static final int MOST_INTERIM = 100;
    /** Content that comes with the head and is no longer is copied behind it: one buffer costs the kernel and Netty less than two. */
    private static final int MOST_COPIED_BYTES = 2_048;

    private final Forwarding turn;
    private final ResponseReader reader;
    private final Wire client;
    private @Nullable BodyReader body;
    private BodyLength bodyLength = BodyLength.NONE;
    private boolean dataOnly;
    private boolean keepsServer;
    private boolean logsServerIn;
    private int interimCount;
    private long bytesRead;
    private boolean complete;
    /** The server said more than was asked for. */
    private boolean surplus;

    ResponseRelay(Forwarding turn, ResponseReader reader, Wire client) {
        this.turn = turn;
        this.reader = reader;
        this.client = client;
    }

    Wire client() {
        return client;
    }

    /** Whether the server has said anything at all. */
    boolean hasBegun() {
        return bytesRead > 0;
    }

    /** Whether the client has got the head of the response that counts. */
    boolean isUnderWay() {
        return body != null;
    }

    boolean isComplete() {
        return complete;
    }

    /** Whether the connection is where the next response would begin. */
    boolean isClean() {
        return complete && !surplus;
    }

    long bytesRead() {
        return bytesRead;
    }

    /** Whether the server allows another request behind this response, whose head was read. */
    boolean keepsServer() {
        return keepsServer;
    }

    /** Whether the response is part of a log-in that holds for the server's connection. */
    boolean logsServerIn() {
        return logsServerIn;
    }

    /** Whether a client can tell that a response was cut short when it sees FIN. */
    boolean showsItsEnd() {
        return !dataOnly && !(bodyLength instanceof BodyLength.UntilClose);
    }

    // ---- from the server ----

    @Override
    public void received(ByteBuf bytes) {
        bytesRead += bytes.readableBytes();
        turn.touch();
        boolean ours = true;
        try {
            while (ours && bytes.isReadable() && turn.isServed(this)) {
                BodyReader content = body;
                if (complete) {
                    surplus = true;
                    return;
                }
                if (content == null) {
                    if (!readHead(bytes)) {
                        return;
                    }
                } else {
                    ours = !pass(content, bytes);
                }
            }
        } finally {
            if (ours) {
                bytes.release();
            }
        }
        if (client.isFull()) {
            client.flush();
            if (client.isFull()) {
                turn.pauseServer();
            }
        }
    }

    /** Returns whether to go on. */
    private boolean readHead(ByteBuf bytes) {
        return switch (reader.read(bytes)) {
            case ResponseReading.More more -> false;
            case ResponseReading.Unfit unfit -> {
                turn.responseBroken(unfit.failure());
                yield false;
            }
            case ResponseReading.Read read -> head(read.head(), bytes);
        };
    }

    private boolean head(ResponseHead head, ByteBuf behind) {
        if (head.isInterim()) {
            if (++interimCount > MOST_INTERIM) {
                turn.responseBroken(new Failure(
                        ProxyError.BAD_RESPONSE, "The server sent more than " + MOST_INTERIM + " interim responses."));
                return false;
            }
            turn.interim(head);
            return true;
        }
        if (head.status() == 101) {
            turn.upgraded(head, behind);
            return false;
        }
        keepsServer = head.keepAliveAfter(turn.method());
        logsServerIn = head.logsConnectionIn();
        bodyLength = head.bodyFor(turn.method());
        dataOnly = bodyLength instanceof BodyLength.Chunked && turn.clientKnowsNoChunks();
        BodyReader content = BodyReader.ofResponse(head, turn.method());
        body = content;
        int copied = !dataOnly && behind.readableBytes() <= MOST_COPIED_BYTES ? behind.readableBytes() : 0;
        ByteBuf out = turn.responseBegins(head, copied);
        if (copied > 0) {
            out.writeBytes(behind, content.extent(behind));
        }
        client.write(out);
        return !isOver(content, behind.isReadable());
    }

    /** Returns whether the buffer itself was handed on. */
    private boolean pass(BodyReader content, ByteBuf bytes) {
        int length = dataOnly ? content.run(bytes) : content.extent(bytes);
        boolean whole = false;
        if (dataOnly && !content.isData()) {
            bytes.skipBytes(length);
        } else if (length == bytes.readableBytes() && length > 0) {
            whole = true;
            client.write(bytes);
        } else if (length > 0) {
            client.write(bytes.readRetainedSlice(length));
        }
        isOver(content, !whole && bytes.isReadable());
        return whole;
    }

    /** Returns whether nothing more of the response is awaited. */
    private boolean isOver(BodyReader content, boolean more) {
        Optional<Failure> flaw = content.failure();
        if (flaw.isPresent()) {
            turn.responseBroken(flaw.get());
            return true;
        }
        if (!content.isComplete()) {
            return false;
        }
        complete = true;
        surplus = more;
        turn.responseComplete();
        return true;
    }

    @Override
    public void receivedAll() {
        client.flush();
        if (!complete) {
            turn.awaitsMore();
        }
    }

    @Override
    public void writable() {
        turn.serverWritable();
    }

    // ---- the end of the server's side ----

    @Override
    public void inputEnded() {
        BodyReader content = body;
        if (content != null && !complete && content.inputEnded()) {
            complete = true;
            turn.responseComplete();
        } else {
            turn.serverEnded();
        }
    }

    @Override
    public void outputFailed() {
        turn.serverTakesNoMore();
    }

    @Override
    public void closed() {
        turn.serverEnded();
    }

    @Override
    public void lost() {
        turn.serverLost();
    }

    @Override
    public void broken(Throwable cause) {
        turn.broken(cause);
    }
}
