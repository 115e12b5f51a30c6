package dev.tidewait.proxy;

import dev.tidewait.proxy.access.Login;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import dev.tidewait.proxy.http1.RequestHead;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A request waits while its password is checked; then it is served by another {@link Turn}, or answered with 407. Owned by one event loop. */
final class LoggingIn implements Turn {
    private final Conversation conversation;
    private final RequestHead head;
    private @Nullable Future<Login> login;

    LoggingIn(Conversation conversation, RequestHead head) {
        this.conversation = conversation;
        this.head = head;
    }

    @Override
    public void begin() {
        conversation.deadline(conversation.roster().ticks().clientHeader());
        Future<Login> underWay =
                conversation.listener().logIn(head, conversation.roster().loop());
        login = underWay;
        if (underWay.isDone()) {
            done(underWay); // known, as a rule: no detour by the event loop's queue
        } else {
            underWay.addListener((Future<Login> checked) -> done(checked));
        }
    }

    private void done(Future<Login> checked) {
        if (login == null) {
            return; // too late
        }
        login = null;
        switch (checked.getNow()) {
            case Login.Accepted in -> {
                conversation.facts().user(in.user().name());
                conversation.reception().serve(head);
                conversation.advance();
            }
            case Login.Refused out -> conversation.answers().fail(out.failure(), head, new RequestRelay(head));
        }
    }

    private void leave() {
        Future<Login> unwanted = login;
        login = null;
        if (unwanted != null) {
            unwanted.cancel(false);
        }
    }

    @Override
    public boolean take(EarlyBytes held) {
        return false;
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
    public void clientInputEnded() {}

    @Override
    public void deadlinePassed() {
        leave();
        Failure late = new Failure(
                ProxyError.LOGIN_UNCHECKED,
                "The password could not be checked in time: too many others wait for theirs. Try again.");
        conversation.answers().fail(late, head, new RequestRelay(head));
    }

    @Override
    public void cancel(EndCause why) {
        leave();
    }
}
