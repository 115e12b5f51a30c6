package dev.tidewait.proxy;

import dev.tidewait.proxy.access.Access;
import dev.tidewait.proxy.access.Users;
import dev.tidewait.proxy.address.Addresses;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.facts.ExchangeKind;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import dev.tidewait.proxy.socks5.Answer;
import dev.tidewait.proxy.socks5.Greeting;
import dev.tidewait.proxy.socks5.Method;
import dev.tidewait.proxy.socks5.PasswordRequest;
import dev.tidewait.proxy.socks5.Reply;
import io.netty.channel.ChannelPipeline;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SOCKS5 CONNECT: reads greeting and request, checks {@link Access}, opens the tunnel or gives a reply. Any thread.
 *
 * <p>A reply is one byte, so what happened and what to do is said by the log. Access is decided on the resolved address that is then
 * connected to, so a name cannot lead somewhere else in between.
 */
final class SocksListener implements ExchangeListener {
    private static final Logger LOG = LoggerFactory.getLogger(SocksListener.class);

    private final SocksListenerSettings settings;
    private final ListenerMetrics metrics;
    private final Access access;
    private final Users users;
    private final Complaints complaints = new Complaints(LOG);
    private final RateLimitedLog unfit = new RateLimitedLog(LOG);

    SocksListener(SocksListenerSettings settings, ListenerMetrics metrics, Access access, Users users) {
        this.settings = settings;
        this.metrics = metrics;
        this.users = users;
        this.access = access;
    }

    @Override
    public ListenerSettings settings() {
        return settings;
    }

    @Override
    public ListenerMetrics metrics() {
        return metrics;
    }

    @Override
    public ExchangeKind kind() {
        return ExchangeKind.SOCKS5;
    }

    @Override
    public void install(ChannelPipeline pipeline, Roster roster, Outbound outbound) {
        Exchange exchange = new Exchange(roster, this, outbound);
        pipeline.addLast(new SocksReader(this, exchange), exchange.client.wire());
    }

    @Override
    public void begin(Exchange exchange) {}

    /** Answers a greeting; empty if there is nothing more to say to this client. */
    Optional<Method> greeted(Exchange exchange, Greeting greeting) {
        InetAddress from = exchange.client.remoteAddress().getAddress();
        // Whoever may not come at all is told so in answer to the request, and spends nobody's time on a password.
        Method wanted = users.asks(from) && access.client(from).isEmpty() ? Method.PASSWORD : Method.NONE;
        if (!greeting.offered().contains(wanted)) {
            unfit(
                    exchange,
                    Answer.NO_METHOD,
                    wanted == Method.NONE
                            ? "it offers no method that is known here: set it to no authentication"
                            : "it offers no user name and password, which access.users asks for: set them in the client");
            return Optional.empty();
        }
        exchange.client.send(Answer.chosen(wanted).toBuffer());
        exchange.client.flush();
        return Optional.of(wanted);
    }

    /** Checks a password; what follows is read once it proves right. */
    void passwordGiven(Exchange exchange, PasswordRequest given, Runnable right) {
        exchange.logIn(users.login(given.user(), given.password(), exchange.roster.loop()), () -> {
            exchange.client.send(Answer.PASSWORD_RIGHT.toBuffer());
            exchange.client.flush();
            right.run();
        });
    }

    /** What came cannot be read as SOCKS5. */
    void unfit(Exchange exchange, Answer answer, String text) {
        unfit.warn(
                System.nanoTime(),
                () -> "listener " + settings.name() + " closed the connection of "
                        + Addresses.text(exchange.client.remoteAddress()) + ": " + text);
        exchange.facts.failed(new Failure(ProxyError.BAD_REQUEST, text));
        exchange.refuse(answer.toBuffer());
    }

    /** The reader has a whole request. */
    void requested(Exchange exchange, HostPort target) {
        exchange.facts.asked(ExchangeKind.SOCKS5, Access.CONNECT, target, "SOCKS5");
        InetAddress from = exchange.client.remoteAddress().getAddress();
        access.client(from)
                .or(() -> access.request(Access.CONNECT, target))
                .ifPresentOrElse(exchange::fail, () -> exchange.reach(target));
    }

    @Override
    public List<InetAddress> permitted(Exchange exchange, HostPort server, List<InetAddress> addresses) {
        return access.addresses(Access.CONNECT, server, addresses).orTell(exchange::fail);
    }

    @Override
    public boolean tryNext(Exchange exchange) {
        return false;
    }

    @Override
    public void opened(Exchange exchange) {
        exchange.facts.told(Reply.SUCCEEDED.code());
        exchange.client.send(Answer.connected(exchange.server.localAddress()).toBuffer());
        exchange.client.flush();
    }

    @Override
    public void failed(Exchange exchange, Failure failure) {
        Reply reply = Reply.of(failure.error());
        complaints.of(
                failure.error(),
                () -> "listener " + settings.name() + " answered " + reply + " (" + reply.code() + ") to "
                        + Addresses.text(exchange.client.remoteAddress()) + ": " + failure.text());
        exchange.facts.told(reply.code());
        boolean login = failure.error() == ProxyError.LOGIN_WRONG || failure.error() == ProxyError.LOGIN_UNCHECKED;
        exchange.answer((login ? Answer.PASSWORD_WRONG : Answer.refused(reply)).toBuffer());
    }

    /** SOCKS has no word for "too slow", nor for half a message: such a client is closed without one. */
    @Override
    public void headMissing(Exchange exchange, boolean timedOut) {
        if (exchange.client.bytesRead() == 0) {
            exchange.leave();
        } else {
            exchange.refuse(Answer.NOTHING.toBuffer());
        }
    }
}
