package dev.tidewait.proxy;

import dev.tidewait.proxy.http1.BodyLength;
import dev.tidewait.proxy.http1.RequestReader;
import dev.tidewait.proxy.http1.RequestReading;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What the client of a {@link Conversation} sends, until it is taken: by the turn under way, or as the head of the next request. Owned by one event
 * loop.
 *
 * <p>The client is read until 64 KiB wait, and no further than its turn wants.
 */
final class ClientInput {
    private final Conversation conversation;
    private final Wire client;
    private final RequestReader reader;
    private final EarlyBytes held = new EarlyBytes();
    private boolean advancing;

    ClientInput(Conversation conversation, Wire client, int maxHeadBytes) {
        this.conversation = conversation;
        this.client = client;
        this.reader = new RequestReader(maxHeadBytes);
    }

    /** Takes over the buffer. */
    void add(ByteBuf bytes) {
        held.add(bytes);
        proceed();
    }

    /** Goes as far as possible. */
    void proceed() {
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
        if (!conversation.hasEnded()) { // otherwise the connection is closed, or a tunnel's
            client.reading(wantsInput());
        }
    }

    private boolean step() {
        Turn now = conversation.turn();
        return now != null ? now.take(held) : conversation.awaitsRequest() && readHead();
    }

    /** The client's FIN counts only when everything before it was taken. */
    private void tellOfTheEnd() {
        Turn now = conversation.turn();
        if (now != null && client.hasInputEnded() && held.peek() == null) {
            now.clientInputEnded();
        }
    }

    private boolean wantsInput() {
        Turn now = conversation.turn();
        return !held.isFull() && (now == null || now.wantsInput());
    }

    private boolean readHead() {
        if (!client.isWritable()) {
            return false; // it asks faster than it takes our answers
        }
        ByteBuf in = held.peek();
        if (in == null) {
            if (client.hasInputEnded()) {
                conversation.headMissing(false);
            }
            return false;
        }
        conversation.headBegins();
        RequestReading reading = reader.read(in);
        held.trim();
        return switch (reading) {
            case RequestReading.More more -> {
                client.awaitMore();
                yield true;
            }
            case RequestReading.Unfit unfit -> {
                conversation.answers().failHead(unfit.failure());
                yield false;
            }
            case RequestReading.Read read -> {
                if (!(read.head().body() instanceof BodyLength.None)) {
                    client.awaitMore();
                }
                conversation.asked(read.head());
                yield true;
            }
        };
    }

    /** Whether something has come that nobody has taken. */
    boolean holdsBytes() {
        return held.peek() != null;
    }

    /** Whether some of a head, but not all of it, was read. */
    boolean isInHead() {
        return reader.hasBegun();
    }

    /** Reads and drops what has come of that content, which nobody wants. */
    void drop(RequestRelay content) {
        content.drop();
        while (content.take(held)) {
            // Goes on, piece by piece, until it is complete or nothing is left.
        }
    }

    /** What nobody has taken, to be released by the caller; null if there is nothing. */
    @Nullable
    ByteBuf take() {
        return held.take();
    }

    /** Nobody wants it. */
    void drop() {
        held.release();
    }
}
