package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Findings;
import dev.tidewait.proxy.access.AccessRules;
import dev.tidewait.proxy.access.NamePattern;
import dev.tidewait.proxy.address.Cidr;
import dev.tidewait.proxy.address.PortRange;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/**
 * What in {@code access} has no effect, and therefore is not what was meant. A rule for safety that never applies is worse than none. Owned by the
 * thread that loads the file.
 */
final class AccessChecks {
    private final Configuration configuration;
    private final AccessSection access;
    private final Findings findings;

    AccessChecks(Configuration configuration, Findings findings) {
        this.configuration = configuration;
        this.access = configuration.access();
        this.findings = findings;
    }

    void run() {
        lists();
        users();
        covered("deny-names", access.denyNames(), NamePattern::covers);
        covered("deny-addresses", access.denyAddresses(), Cidr::covers);
        deniedPorts();
        deniedMethods();
        allowedDestinations();
    }

    private void lists() {
        access.allow()
                .ifPresent(allow -> findings.reportEmpty(
                        "access.allow", allow, "nobody could connect; remove the key, or name addresses"));
        ports("connect-ports", access.connectPorts(), "443");
        ports("http-ports", access.httpPorts(), "80 and 1024-65535");
        ports("socks-ports", access.socksPorts(), "80 and 443");
        access.allow().ifPresent(allow -> findings.reportTwins("access.allow", allow));
        findings.reportTwins("access.deny-destinations", access.denyDestinations());
        findings.reportTwins("access.allow-destinations", access.allowDestinations());
        findings.reportTwins("access.deny-names", access.denyNames());
        findings.reportTwins("access.deny-addresses", access.denyAddresses());
        findings.reportTwins("access.deny-ports", access.denyPorts());
        findings.reportTwins("access.deny-methods", access.denyMethods());
    }

    private void ports(String key, List<PortRange> ports, String byDefault) {
        String path = "access." + key;
        findings.reportEmpty(path, ports, "no request could be served; remove the key for " + byDefault);
        findings.reportTwins(path, ports);
    }

    private void users() {
        if (access.users().isEmpty()) {
            return;
        }
        boolean asked = configuration.listeners().stream().anyMatch(one -> one.type() != ListenerKind.TCP);
        if (!asked && !configuration.listeners().isEmpty()) {
            findings.report(
                    "access.users",
                    "no listener asks for passwords: only the types http-proxy and socks5 do; remove the key, or add such a"
                            + " listener");
        }
        List<Cidr> allowed = access.allow().orElse(AccessRules.LOOPBACK_CLIENTS);
        List<Cidr> exempt = access.users().get().withoutPassword();
        findings.reportTwins("access.users.without-password", exempt);
        for (Cidr block : exempt) {
            if (allowed.stream().noneMatch(other -> other.covers(block) || block.covers(other))) {
                findings.report(
                        "access.users.without-password",
                        "no client comes from " + block
                                + ", for it is not in access.allow; add it there, or remove it here");
            }
        }
    }

    /** An element that another one makes superfluous is a slip: of the one or of the other. */
    private <T> void covered(String key, List<T> list, BiPredicate<T, T> covers) {
        for (T one : list) {
            Optional<T> larger = list.stream()
                    .filter(other -> !other.equals(one) && covers.test(other, one))
                    .findFirst();
            larger.ifPresent(other -> findings.report(
                    "access." + key, "'" + one + "' never counts, for '" + other + "' includes it; remove one"));
        }
    }

    private void deniedPorts() {
        for (PortRange denied : access.denyPorts()) {
            boolean allowed = Stream.of(access.connectPorts(), access.httpPorts(), access.socksPorts())
                    .flatMap(List::stream)
                    .anyMatch(denied::overlaps);
            if (!allowed) {
                findings.report(
                        "access.deny-ports",
                        "'" + denied
                                + "' never counts, for neither connect-ports nor http-ports nor socks-ports allows it;"
                                + " remove it");
            }
        }
    }

    private void deniedMethods() {
        for (String method : access.denyMethods()) {
            if (!method.chars().allMatch(c -> c > 0x20 && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0)) {
                findings.report("access.deny-methods", "'" + method + "' is no method of HTTP; write one like TRACE");
            } else if (!method.equals(method.toUpperCase(Locale.ROOT))) {
                findings.report(
                        "access.deny-methods",
                        "write '" + method + "' in capitals: " + method.toUpperCase(Locale.ROOT)
                                + "; it counts for every spelling");
            }
        }
    }

    private void allowedDestinations() {
        for (Cidr allowed : access.allowDestinations()) {
            access.denyAddresses().stream()
                    .filter(denied -> denied.covers(allowed))
                    .findFirst()
                    .ifPresent(denied -> findings.report(
                            "access.allow-destinations",
                            "'" + allowed + "' never counts, for access.deny-addresses has '" + denied
                                    + "', which wins; remove one"));
        }
    }
}
