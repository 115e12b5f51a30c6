package dev.tidewait.proxy.facts;

import dev.tidewait.netty.LeasedConnection;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.failure.Failure;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Collects what an {@link ExchangeRecord} says, as it happens. Owned by one event loop. One object serves all requests of a client
 * connection, one after the other: {@link #began} starts afresh.
 *
 * <p>Whoever writes here only stores references, so it costs next to nothing where there is no log; a record is made at the end, and only
 * if somebody takes it.
 */
public final class ExchangeFacts {
    /** Longer texts are cut, so that records in line for the log take a bounded memory. */
    public static final int MOST_CHARACTERS = 2_000;

    private static final InetSocketAddress UNKNOWN = InetSocketAddress.createUnresolved("unknown", 0);

    private final AccessLog log;
    private final String listener;
    private ExchangeKind kind = ExchangeKind.TCP;
    private InetSocketAddress client = UNKNOWN;
    private long beganMillis;
    private long beganNanos;
    private String user = "";
    private String method = "";
    private Object target = "";
    private String protocol = "";
    private int status = ExchangeRecord.NOT_TOLD;
    private int connectAttempts;
    private @Nullable LeasedConnection connection;
    private boolean reused;
    private @Nullable Closer closedFirst;
    private @Nullable Failure failure;

    public ExchangeFacts(AccessLog log, String listener) {
        this.log = log;
        this.listener = listener;
    }

    /**
     * A tunnel or a request begins; whatever was known of an earlier one is forgotten.
     *
     * @param expected what the listener serves, until {@link #asked} knows better
     * @param from the client; null = it has gone already, and its socket does not know any more
     */
    public void began(ExchangeKind expected, @Nullable SocketAddress from) {
        kind = expected;
        client = from instanceof InetSocketAddress known ? known : UNKNOWN;
        beganMillis = System.currentTimeMillis();
        beganNanos = System.nanoTime();
        user = "";
        method = "";
        target = "";
        protocol = "";
        status = ExchangeRecord.NOT_TOLD;
        connectAttempts = 0;
        connection = null;
        reused = false;
        closedFirst = null;
        failure = null;
    }

    /** Since {@link #began}. */
    public long durationNanos() {
        return System.nanoTime() - beganNanos;
    }

    /** Whom the client proved to be. */
    public void user(String name) {
        user = name;
    }

    /**
     * What the client asked for.
     *
     * @param asked immutable; its {@code toString()} is the target as the client wrote it
     * @param version such as HTTP/1.1
     */
    public void asked(ExchangeKind what, String how, Object asked, String version) {
        kind = what;
        method = how;
        target = asked;
        protocol = version;
    }

    /** How many addresses and servers were tried. */
    public void attempts(int count) {
        connectAttempts = count;
    }

    /**
     * There is a server connection.
     *
     * @param opened what the connector knows of it; null = nothing
     * @param servedBefore whether it comes from a pool
     */
    public void connected(@Nullable LeasedConnection opened, boolean servedBefore) {
        connection = opened;
        reused = servedBefore;
    }

    /** What the client is told: HTTP status, or reply field of SOCKS5. */
    public void told(int answer) {
        status = answer;
    }

    /** Why it cannot be served; the last one counts. */
    public void failed(Failure why) {
        failure = why;
    }

    /** A FIN or RST was seen; the first one counts. */
    public void closed(Closer who) {
        if (closedFirst == null) {
            closedFirst = who;
        }
    }

    /** It has ended: the log gets its record. */
    public void ended(EndCause cause, long bytesUp, long bytesDown) {
        if (!log.isOn()) {
            return;
        }
        log.write(new ExchangeRecord(
                beganMillis,
                durationNanos(),
                listener,
                kind,
                client,
                cut(user),
                cut(method),
                cut(target.toString()),
                cut(protocol),
                status,
                bytesUp,
                bytesDown,
                connectAttempts,
                Optional.ofNullable(connection),
                reused,
                closedFirst == null ? Closer.of(cause) : closedFirst,
                cause,
                Optional.ofNullable(failure).map(ExchangeFacts::cut)));
    }

    private static Failure cut(Failure whole) {
        return whole.text().length() <= MOST_CHARACTERS
                ? whole
                : new Failure(whole.error(), cut(whole.text()), whole.bodyAllowed());
    }

    private static String cut(String text) {
        return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS);
    }
}
