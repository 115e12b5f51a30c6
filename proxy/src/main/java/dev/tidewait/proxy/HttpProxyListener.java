package dev.tidewait.proxy;

import dev.tidewait.proxy.access.Access;
import dev.tidewait.proxy.access.AddressAnswer;
import dev.tidewait.proxy.access.Login;
import dev.tidewait.proxy.access.Users;
import dev.tidewait.proxy.address.Addresses;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.facts.ExchangeKind;
import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.http1.Duty;
import dev.tidewait.proxy.http1.FieldName;
import dev.tidewait.proxy.http1.Fields;
import dev.tidewait.proxy.http1.HeadWriter;
import dev.tidewait.proxy.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP forward proxy: absolute-form requests and CONNECT on one address. Any thread.
 *
 * <p>Each client has a {@link Conversation}. Access is decided on the resolved address that is then connected to, so a name cannot lead somewhere
 * else in between.
 */
final class HttpProxyListener implements Listener {
    private static final Logger LOG = LoggerFactory.getLogger(HttpProxyListener.class);
    /** Our name in {@code Via} and {@code Proxy-Status}. */
    private static final String PSEUDONYM = "tidewait";

    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

    private final HttpProxyListenerSettings settings;
    private final ListenerMetrics metrics;
    private final Access access;
    private final Users users;
    private final HeadWriter writer;
    private final OpenTunnels tunnels;
    private final Complaints complaints = new Complaints(LOG);

    HttpProxyListener(
            HttpProxyListenerSettings settings,
            HttpSettings http,
            ListenerMetrics metrics,
            Access access,
            Users users) {
        this.settings = settings;
        this.metrics = metrics;
        this.users = users;
        this.access = access;
        this.writer = new HeadWriter(PSEUDONYM, http.clientAddress());
        this.tunnels = new OpenTunnels(settings, metrics);
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
        return ExchangeKind.HTTP;
    }

    @Override
    public void install(ChannelPipeline pipeline, Roster roster, Outbound outbound) {
        pipeline.addLast(Wire.NAME, new Conversation(this, roster, outbound).client());
    }

    @Override
    public ByteBuf refusal(Failure failure) {
        return HttpAnswer.of(failure, false, true);
    }

    int maxHeadBytes() {
        return settings.maxHeadBytes();
    }

    HeadWriter writer() {
        return writer;
    }

    /** For the exchanges that conversations become. */
    OpenTunnels tunnels() {
        return tunnels;
    }

    /** Why this client may not ask for anything; empty where it may. */
    Optional<Failure> stranger(InetAddress client) {
        return access.client(client);
    }

    /** Whether this client must log in. */
    boolean asks(InetAddress client) {
        return users.asks(client);
    }

    /** See {@link Users#login(List, EventLoop)}. */
    Future<Login> logIn(RequestHead head, EventLoop loop) {
        List<String> credentials = new ArrayList<>(1);
        Fields fields = head.fields();
        for (int i = 0; i < fields.count(); i++) {
            if (fields.known(i) == FieldName.PROXY_AUTHORIZATION) {
                credentials.add(fields.value(i));
            }
        }
        return users.login(credentials, loop);
    }

    /** Why that may not be asked for; empty where it may, as far as the server's address is not known yet. */
    Optional<Failure> denied(String method, Duty duty) {
        return switch (duty) {
            case Duty.Forward forward -> access.request(method, forward.server());
            case Duty.Tunnel tunnel -> access.request(Access.CONNECT, tunnel.server());
            case Duty.Refuse refuse -> Optional.of(refuse.failure());
            case Duty.AnswerOptions options -> access.ownRequest(method);
            case Duty.AnswerTrace trace -> access.ownRequest(method);
        };
    }

    /** The usual methods that may be asked for; unusual ones are passed on, too. */
    List<String> offeredMethods() {
        return METHODS.stream().filter(method -> !access.denies(method)).toList();
    }

    /** Which of these may be connected to; if none, the reason is told and the answer is empty. */
    List<InetAddress> permitted(
            String method, HostPort server, List<InetAddress> addresses, Consumer<Failure> prohibited) {
        return access.addresses(method, server, addresses).orTell(prohibited);
    }

    boolean isPermitted(String method, HostPort server, InetAddress address) {
        return access.addresses(method, server, List.of(address)) instanceof AddressAnswer.Permitted;
    }

    /** Tells the operator of what the operator can change. */
    void log(Failure failure, Wire client) {
        complaints.of(
                failure.error(),
                () -> "listener " + settings.name() + " answered "
                        + failure.error().status() + " to " + Addresses.text(client.remoteAddress()) + ": "
                        + failure.text());
    }
}
