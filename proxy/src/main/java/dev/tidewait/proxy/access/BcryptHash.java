package dev.tidewait.proxy.access;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A password's bcrypt hash, as {@code htpasswd -B} writes it. Immutable; {@link #matches} takes long on purpose. */
final class BcryptHash {
    /** One check then takes about a second; each step more doubles it. */
    static final int HIGHEST_COST = 14;

    private static final int LOWEST_COST = 4;
    /** $2a$, $2b$ and $2y$ are the same function; $2x$ is a faulty one. The salt has 22 characters, the hash 31. */
    private static final Pattern FORM = Pattern.compile("\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53}");

    private static final String CURE = "; make it anew with htpasswd -B";

    private final byte[] text;
    private final int cost;

    private BcryptHash(String text, int cost) {
        this.text = text.getBytes(StandardCharsets.US_ASCII);
        this.cost = cost;
    }

    /** @throws IllegalArgumentException what the text is instead, and the cure */
    static BcryptHash parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(other(text) + CURE);
        }
        int cost = Integer.parseInt(form.group(1));
        if (cost < LOWEST_COST || cost > HIGHEST_COST) {
            throw new IllegalArgumentException("its bcrypt cost is " + cost + ", and only " + LOWEST_COST + " to "
                    + HIGHEST_COST + " can be checked in time; make it anew with htpasswd -B -C 10");
        }
        return new BcryptHash(text, cost);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BcryptHash hash && Arrays.equals(text, hash.text);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(text);
    }

    /** A hash that no password has; checking one against it takes as long as against any other of that cost. */
    static BcryptHash ofNobody(int cost) {
        return parse(String.format("$2y$%02d$%s", cost, ".".repeat(53)));
    }

    /** What a hash that is not bcrypt's is; its own text stays out of every message. */
    private static String other(String text) {
        if (text.startsWith("$2x$")) {
            return "it is of the faulty kind $2x$";
        }
        if (text.startsWith("$2")) {
            return "it is a damaged bcrypt hash";
        }
        if (text.startsWith("$apr1$") || text.startsWith("$1$")) {
            return "it is an MD5 hash, and only bcrypt is accepted";
        }
        if (text.startsWith("{SHA}")) {
            return "it is a SHA-1 hash, and only bcrypt is accepted";
        }
        if (text.startsWith("$5$") || text.startsWith("$6$")) {
            return "it is a SHA-2 hash, and only bcrypt is accepted";
        }
        return "it is not a bcrypt hash ($2y$...)";
    }

    /** Bytes behind the 72nd do not count, as everywhere with bcrypt (and as when htpasswd made the hash). */
    boolean matches(byte[] password) {
        BCrypt.Version version = BCrypt.Version.VERSION_2Y;
        return BCrypt.verifyer(version, LongPasswordStrategies.truncate(version))
                .verify(password, text)
                .verified;
    }

    /** The time for a check doubles with each step. */
    int cost() {
        return cost;
    }
}
