package dev.tidewait.proxy;

import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.http1.Duty;
import dev.tidewait.proxy.http1.RequestHead;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Decides what becomes of a request: may this client ask at all? → must it log in? → may this be asked for? → the {@link Turn} that serves it, or
 * an answer of the proxy itself. Owned by one event loop.
 */
final class Reception {
    private final Conversation conversation;
    private final HttpProxyListener listener;

    Reception(Conversation conversation) {
        this.conversation = conversation;
        this.listener = conversation.listener();
    }

    /** A request has come. */
    void receive(RequestHead head) {
        InetAddress from = conversation.client().remoteAddress().getAddress();
        Optional<Failure> stranger = listener.stranger(from);
        if (stranger.isPresent()) {
            refuse(stranger.get(), head);
        } else if (listener.asks(from)) {
            conversation.begin(new LoggingIn(conversation, head));
        } else {
            serve(head);
        }
    }

    /** The client may use the proxy. */
    void serve(RequestHead head) {
        Duty duty = Duty.of(head);
        Optional<Failure> denied = listener.denied(head.method(), duty);
        if (denied.isPresent()) {
            refuse(denied.get(), head);
            return;
        }
        switch (duty) {
            case Duty.Forward forward -> conversation.begin(new Forwarding(conversation, head, forward.server()));
            case Duty.Tunnel tunnel -> conversation.begin(new Tunnelling(conversation, head, tunnel.server()));
            case Duty.Refuse refuse -> refuse(refuse.failure(), head);
            case Duty.AnswerOptions options -> answer(new OwnAnswer.Offer(), head);
            case Duty.AnswerTrace trace -> answer(new OwnAnswer.Echo(), head);
        }
    }

    private void refuse(Failure failure, RequestHead head) {
        answer(new OwnAnswer.Refusal(failure), head);
    }

    private void answer(OwnAnswer answer, RequestHead head) {
        conversation.answers().give(answer, head, new RequestRelay(head));
    }
}
