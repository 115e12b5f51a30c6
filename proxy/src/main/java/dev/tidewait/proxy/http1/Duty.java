package dev.tidewait.proxy.http1;

import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;

/** What a forward proxy has to do with a well-formed request. Immutable. */
public sealed interface Duty {
    /** CONNECT. */
    record Tunnel(HostPort server) implements Duty {}

    /** Pass it on to this server. */
    record Forward(HostPort server) implements Duty {}

    /** OPTIONS for the proxy itself: as asterisk-form, or with {@code Max-Forwards: 0} (RFC 9110, section 7.6.2). */
    record AnswerOptions() implements Duty {}

    /** TRACE with {@code Max-Forwards: 0}: show the client what arrived (RFC 9110, section 9.3.8). */
    record AnswerTrace() implements Duty {}

    /** The request is for no proxy. */
    record Refuse(Failure failure) implements Duty {}

    static Duty of(RequestHead head) {
        return switch (head.target()) {
            case Target.Authority to -> new Tunnel(to.authority());
            case Target.Asterisk all -> new AnswerOptions();
            case Target.Absolute to -> head.maxForwards() == 0 ? ownAnswer(head) : new Forward(to.authority());
            case Target.Origin path ->
                new Refuse(new Failure(
                        ProxyError.BAD_REQUEST,
                        "This is a proxy, not a web server: it takes http://host/path as the target, or CONNECT host:port."
                                + " Set it as the proxy of the client instead of opening its address.",
                        !head.method().equals("HEAD")));
        };
    }

    private static Duty ownAnswer(RequestHead head) {
        return head.method().equals("TRACE") ? new AnswerTrace() : new AnswerOptions();
    }
}
