package dev.tidewait.proxy;

import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.http1.BodyLength;
import dev.tidewait.proxy.http1.RequestHead;

/**
 * An {@link OwnAnswer} that waits until the request's content was read and thrown away, so that the client's connection can live on. Owned by one
 * event loop.
 *
 * <p>It waits no longer than {@code timeouts.clientHeader}, and for no more than 64 KiB; otherwise the answer ends the connection.
 */
final class LateAnswer implements Turn {
    private static final int MOST_BYTES = 64 * 1024;

    private final Conversation conversation;
    private final OwnAnswer answer;
    private final RequestHead head;
    private final RequestRelay content;

    /** @param content dropped */
    LateAnswer(Conversation conversation, OwnAnswer answer, RequestHead head, RequestRelay content) {
        this.conversation = conversation;
        this.answer = answer;
        this.head = head;
        this.content = content;
    }

    /**
     * Whether that content will come without being asked for, and soon. A client that waits for 100 (Continue) is told by the answer that nobody
     * wants it (RFC 9110, section 10.1.1).
     */
    static boolean isWorthIt(RequestHead head) {
        return !head.expectsContinue()
                && head.body() instanceof BodyLength.Fixed fixed
                && fixed.byteCount() <= MOST_BYTES;
    }

    @Override
    public void begin() {
        conversation.deadline(conversation.roster().ticks().clientHeader());
        conversation.advance();
    }

    @Override
    public boolean take(EarlyBytes held) {
        boolean any = content.take(held);
        if (content.isComplete()) {
            finish();
        }
        return any;
    }

    private void finish() {
        conversation.answers().giveNow(answer, head, content);
    }

    @Override
    public boolean wantsInput() {
        return true;
    }

    @Override
    public void flush() {}

    @Override
    public void clientWritable() {}

    @Override
    public void clientInputEnded() {
        finish();
    }

    @Override
    public void deadlinePassed() {
        finish();
    }

    @Override
    public void cancel(EndCause why) {}
}
