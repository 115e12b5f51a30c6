package dev.tidewait.proxy;

import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import dev.tidewait.proxy.http1.RequestHead;
import io.netty.buffer.ByteBuf;

/** What the proxy itself says to the client of a {@link Conversation}, to the access log and to the operator. Owned by one event loop. */
final class OwnAnswers {
    private final Conversation conversation;

    OwnAnswers(Conversation conversation) {
        this.conversation = conversation;
    }

    /** To a request that cannot be served. */
    void fail(Failure failure, RequestHead head, RequestRelay content) {
        give(new OwnAnswer.Refusal(failure), head, content);
    }

    /** To a head that will never be complete. */
    void failHead(boolean timedOut) {
        failHead(
                timedOut
                        ? new Failure(
                                ProxyError.REQUEST_TIMEOUT,
                                "The request head was not complete in time. Send it without a pause.")
                        : new Failure(ProxyError.BAD_REQUEST, "The request head ended in the middle."));
    }

    /** To what is no request; it is the last answer. */
    void failHead(Failure failure) {
        refuse(failure, false, true, conversation.records().bytesUp());
    }

    /** To a request, whose content nobody wants any more: what has come of it is dropped, and a little more is waited for. */
    void give(OwnAnswer answer, RequestHead head, RequestRelay content) {
        conversation.input().drop(content);
        boolean waits = !content.isComplete()
                && content.failure().isEmpty()
                && conversation.mayGoOn(head)
                && !conversation.client().hasInputEnded()
                && !isForTheClientsSilence(answer)
                && LateAnswer.isWorthIt(head);
        if (waits) {
            conversation.begin(new LateAnswer(conversation, answer, head, content));
        } else {
            giveNow(answer, head, content);
        }
    }

    private static boolean isForTheClientsSilence(OwnAnswer answer) {
        return answer instanceof OwnAnswer.Refusal no && no.failure().error() == ProxyError.REQUEST_TIMEOUT;
    }

    /** To a request; the last answer where its content is incomplete. */
    void giveNow(OwnAnswer answer, RequestHead head, RequestRelay content) {
        // What a client sends behind CONNECT before its answer belongs to the tunnel, and is no request.
        boolean isAhead =
                head.method().equals("CONNECT") && conversation.input().holdsBytes();
        boolean keep = conversation.mayGoOn(head) && content.isComplete() && !isAhead;
        long requestBytes = content.byteCount();
        switch (answer) {
            case OwnAnswer.Refusal no ->
                refuse(no.failure(), keep, !head.method().equals("HEAD"), requestBytes);
            case OwnAnswer.Offer offer ->
                serve(HttpAnswer.offer(conversation.listener().offeredMethods(), keep), keep, requestBytes);
            case OwnAnswer.Echo echo -> serve(HttpAnswer.echo(head, keep), keep, requestBytes);
        }
    }

    private void refuse(Failure failure, boolean keep, boolean bodyAllowed, long requestBytes) {
        RequestRecords records = conversation.records();
        EndCause cause = failure.error().endCause();
        records.facts().failed(failure);
        records.facts().told(failure.error().status());
        records.ended(cause, requestBytes, 0);
        conversation.listener().log(failure, conversation.client());
        conversation.client().write(HttpAnswer.of(failure, keep, bodyAllowed && failure.bodyAllowed()));
        conversation.failed(cause, keep);
    }

    private void serve(ByteBuf answer, boolean keep, long requestBytes) {
        conversation.facts().told(HttpAnswer.OK);
        conversation.records().ended(EndCause.SERVED, requestBytes, 0);
        conversation.client().write(answer);
        conversation.turnEnded(keep);
    }
}
