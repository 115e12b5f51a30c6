package dev.tidewait.proxy.access;

import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.address.IpLiteral;
import dev.tidewait.proxy.address.Printable;
import java.net.IDN;

/**
 * One name, or a name and every name below it. Immutable.
 *
 * @param name in the one form in which names are compared: lower case, no dot at the end, A-labels (RFC 5890) where the name is not ASCII
 * @param below whether the names below it match too
 */
public record NamePattern(String name, boolean below) {
    public NamePattern {
        name = normal(new HostPort(name, 1).host());
        if (IpLiteral.parse(name) != null) {
            throw new IllegalArgumentException(
                    "'" + name + "' is an address, not a name; addresses are denied by block");
        }
    }

    /** Reads {@code www.example.com} (that name alone) or {@code .example.com} (example.com and every name below it).
     *
     * @throws IllegalArgumentException what is wrong with the text, and what to write instead
     */
    public static NamePattern parse(String text) {
        if (text.startsWith("*")) {
            String rest = text.startsWith("*.") ? text.substring(1) : ".example.com";
            throw new IllegalArgumentException(
                    "there are no wildcards; write " + Printable.of(rest) + " for the name and every name below it");
        }
        if (text.chars().anyMatch(c -> c > 127)) {
            throw new IllegalArgumentException("write the name as clients send it, in A-labels" + aLabels(text));
        }
        boolean below = text.startsWith(".");
        return new NamePattern(below ? text.substring(1) : text, below);
    }

    /** What IDNA makes of the name; nothing where it makes nothing of it. */
    private static String aLabels(String text) {
        try {
            String dot = text.startsWith(".") ? "." : "";
            return ": " + dot + IDN.toASCII(text.substring(dot.length()));
        } catch (IllegalArgumentException noName) {
            return " (xn--...)";
        }
    }

    /** The form in which names are compared. */
    static String normal(String host) {
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    /** Whether every name that the other one matches is matched by this one, too. */
    public boolean covers(NamePattern other) {
        return below
                ? other.name.equals(name) || other.name.endsWith("." + name)
                : !other.below && other.name.equals(name);
    }

    @Override
    public String toString() {
        return below ? "." + name : name;
    }
}
