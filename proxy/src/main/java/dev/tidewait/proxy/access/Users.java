package dev.tidewait.proxy.access;

import dev.tidewait.proxy.failure.Failure;
import dev.tidewait.proxy.failure.ProxyError;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Asks for passwords and has them checked. Any thread; never blocks.
 *
 * <p>A check takes some 50 ms of a processor on purpose, so it runs on the threads of {@link PasswordChecks}, and its outcome is remembered for 15
 * minutes: a client sends its password with every request. Right and wrong ones are remembered apart, so that guesses push nobody out. What is
 * remembered is an HMAC, never a password; a new {@link #change} forgets it all.
 */
public final class Users implements AutoCloseable {
    private static final int MOST_REMEMBERED = 16_384;
    private static final long REMEMBERED_NANOS = TimeUnit.MINUTES.toNanos(15);

    private static final Login WRONG =
            new Login.Refused(new Failure(ProxyError.LOGIN_WRONG, "The user name or the password is wrong."));

    /** What belongs to one reading of the rules; whoever began with it ends with it. */
    private record Reading(UserRules rules, LoginKey.Maker keys, RecentLogins right, RecentLogins wrong) {
        Reading(UserRules rules) {
            this(
                    rules,
                    new LoginKey.Maker(),
                    new RecentLogins(MOST_REMEMBERED, REMEMBERED_NANOS),
                    new RecentLogins(MOST_REMEMBERED, REMEMBERED_NANOS));
        }
    }

    private final PasswordChecks checks;
    private volatile Reading reading;

    public Users(UserRules rules) {
        this(rules, new PasswordChecks());
    }

    Users(UserRules rules, PasswordChecks checks) {
        this.reading = new Reading(rules);
        this.checks = checks;
    }

    /** From now on these rules; log-ins under way end with the old ones. */
    public void change(UserRules rules) {
        reading = new Reading(rules);
    }

    /** Whether a client from this address must log in. */
    public boolean asks(InetAddress client) {
        UserRules rules = reading.rules;
        return rules.passwords().isPresent() && !Access.allowsClient(rules.withoutPassword(), client);
    }

    /**
     * Logs in by HTTP. The answer is there at once if the password is known or missing; otherwise it comes on the loop. Cancel it to stop waiting.
     *
     * @param proxyAuthorization the values of all {@code Proxy-Authorization} fields of the request
     */
    public Future<Login> login(List<String> proxyAuthorization, EventLoop loop) {
        if (proxyAuthorization.isEmpty()) {
            return refused(
                    loop,
                    ProxyError.PROXY_AUTH_REQUIRED,
                    "This proxy asks for a user name and a password. Set them in the client (curl: --proxy-user NAME).");
        }
        if (proxyAuthorization.size() > 1) {
            return refused(loop, ProxyError.BAD_REQUEST, "There is more than one Proxy-Authorization field.");
        }
        Optional<BasicCredentials> credentials = BasicCredentials.parse(proxyAuthorization.getFirst());
        return credentials.isPresent()
                ? login(credentials.get().user(), credentials.get().password(), loop)
                : refused(
                        loop,
                        ProxyError.PROXY_AUTH_REQUIRED,
                        "The Proxy-Authorization field has no Basic credentials (RFC 7617). Set user name and password in the client.");
    }

    /** Logs in, by SOCKS5 for instance. The answer as above.
     *
     * @param password copied
     */
    public Future<Login> login(String user, byte[] password, EventLoop loop) {
        Reading now = reading;
        Optional<PasswordFile> file = now.rules.passwords();
        if (file.isEmpty()) {
            return refused(loop, ProxyError.LOGIN_WRONG, "There are no users any more. Try again.");
        }
        LoginKey key = now.keys.of(user, password);
        if (now.right.contains(key, System.nanoTime())) {
            return loop.newSucceededFuture(new Login.Accepted(new User(user)));
        }
        if (now.wrong.contains(key, System.nanoTime())) {
            return loop.newSucceededFuture(WRONG);
        }
        return checks.check(key, password, secret -> outcome(now, file.get(), key, user, secret), loop);
    }

    private static Login outcome(Reading now, PasswordFile file, LoginKey key, String user, byte[] password) {
        boolean right = file.isRight(user, password);
        (right ? now.right : now.wrong).add(key, System.nanoTime());
        return right ? new Login.Accepted(new User(user)) : WRONG;
    }

    private static Future<Login> refused(EventLoop loop, ProxyError error, String text) {
        return loop.newSucceededFuture(new Login.Refused(new Failure(error, text)));
    }

    @Override
    public void close() {
        checks.close();
    }
}
