package dev.tidewait.proxy.names;

import dev.tidewait.proxy.address.Printable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code /etc/resolv.conf} says (resolv.conf(5)). Immutable.
 *
 * <p>{@code ndots} is not read: which names are searched for is decided by {@link NameSettings#search()}.
 *
 * @param servers at least one, in their order
 * @param search domains without a dot at the end
 * @param timeoutSeconds for each question to each server
 * @param attempts rounds over all servers
 * @param rotate whether each question begins with another server
 */
record ResolvConf(
        List<InetSocketAddress> servers, List<String> search, int timeoutSeconds, int attempts, boolean rotate) {
    static final int DNS_PORT = 53;

    /**
     * Not the C library's 5 s: {@code timeouts.resolve} is 5 s too, and the second server must have its turn before that. A file that says
     * otherwise is obeyed.
     */
    private static final int DEFAULT_TIMEOUT_SECONDS = 2;

    private static final int DEFAULT_ATTEMPTS = 2;

    // The C library's own limits: MAXNS, RES_MAXRETRANS, RES_MAXRETRY; 6 was MAXDNSRCH.
    private static final int MOST_SERVERS = 3;
    private static final int MOST_SECONDS = 30;
    private static final int MOST_ATTEMPTS = 5;
    private static final int MOST_DOMAINS = 6;

    private static final Logger LOG = LoggerFactory.getLogger(ResolvConf.class);
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    ResolvConf {
        servers = List.copyOf(servers);
        search = List.copyOf(search);
    }

    ResolvConf withServers(List<InetSocketAddress> others) {
        return new ResolvConf(others, search, timeoutSeconds, attempts, rotate);
    }

    /** Reads the lines of a file; whatever is not understood is passed over, as the C library does. */
    static ResolvConf read(List<String> lines) {
        List<InetSocketAddress> servers = new ArrayList<>();
        List<String> search = List.of();
        int timeoutSeconds = DEFAULT_TIMEOUT_SECONDS;
        int attempts = DEFAULT_ATTEMPTS;
        boolean rotate = false;
        for (String line : lines) {
            String[] words = BLANKS.split(line.strip());
            List<String> values = Arrays.asList(words).subList(1, words.length);
            switch (words[0]) {
                case "nameserver" -> values.stream().limit(1).forEach(text -> addServer(servers, text));
                case "search", "domain" -> search = domains(values); // the last line counts
                case "options" -> {
                    for (String option : values) {
                        timeoutSeconds = number(option, "timeout:", 1, MOST_SECONDS, timeoutSeconds);
                        attempts = number(option, "attempts:", 1, MOST_ATTEMPTS, attempts);
                        rotate |= option.equals("rotate");
                    }
                }
                default -> {}
            }
        }
        if (servers.isEmpty()) {
            servers.add(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), DNS_PORT));
        }
        return new ResolvConf(servers, search, timeoutSeconds, attempts, rotate);
    }

    private static void addServer(List<InetSocketAddress> servers, String text) {
        if (servers.size() == MOST_SERVERS) {
            return;
        }
        try {
            servers.add(new InetSocketAddress(InetAddress.ofLiteral(text), DNS_PORT)); // a zone is allowed here
        } catch (IllegalArgumentException e) {
            LOG.warn(
                    "nameserver {} in resolv.conf is no address of this host's networks; it is not asked",
                    Printable.of(text));
        }
    }

    private static List<String> domains(List<String> values) {
        return values.stream()
                .map(domain -> domain.toLowerCase(Locale.ROOT))
                .map(domain -> domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain)
                .filter(domain -> !domain.isEmpty())
                .limit(MOST_DOMAINS)
                .toList();
    }

    private static int number(String option, String key, int least, int most, int otherwise) {
        if (!option.startsWith(key)) {
            return otherwise;
        }
        try {
            return Math.clamp(Integer.parseInt(option.substring(key.length())), least, most);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
