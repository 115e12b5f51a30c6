package dev.tidewait.proxy.names;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.tidewait.proxy.address.IpLiteral;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What this host knows of names without asking: {@code /etc/hosts} (hosts(5)), and the names that are never to be asked for. Any
 * thread.
 */
public final class HostsFile {
    private static final Path PATH = Path.of("/etc/hosts");
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final List<InetAddress> LOOPBACK =
            List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"));

    private final WatchedFile<Map<String, List<InetAddress>>> file;

    HostsFile(Path path) {
        this.file = new WatchedFile<>(path, HostsFile::read);
    }

    /** {@code /etc/hosts}. */
    public static HostsFile ofHost() {
        return new HostsFile(PATH);
    }

    private static Map<String, List<InetAddress>> read(List<String> lines) {
        Map<String, List<InetAddress>> hosts = new HashMap<>();
        for (String line : lines) {
            int comment = line.indexOf('#');
            String[] words = BLANKS.split((comment < 0 ? line : line.substring(0, comment)).strip());
            InetAddress address = IpLiteral.parse(words[0]); // without a zone: a proxy's clients cannot mean one
            for (int i = 1; i < words.length && address != null; i++) {
                hosts.computeIfAbsent(words[i].toLowerCase(Locale.ROOT), name -> new ArrayList<>(1))
                        .add(address);
            }
        }
        return hosts;
    }

    /** The answer where nobody is to be asked. */
    Optional<NameAnswer> answer(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        List<InetAddress> addresses = file.value().get(name);
        if (addresses != null) {
            return Optional.of(new NameAnswer.Found(addresses, 0));
        }
        if (isWithin(name, "localhost")) {
            return Optional.of(new NameAnswer.Found(LOOPBACK, 0));
        }
        if (isWithin(name, "invalid") || isWithin(name, "onion")) {
            return Optional.of(new NameAnswer.NotFound(
                    NameFailure.UNKNOWN, "names of this kind are not in the DNS: RFC 6761, RFC 7686"));
        }
        return Optional.empty();
    }

    private static boolean isWithin(String name, String domain) {
        return name.endsWith(domain)
                && (name.length() == domain.length() || name.charAt(name.length() - domain.length() - 1) == '.');
    }

    /** Gives whether something has changed; may block. */
    @CanIgnoreReturnValue
    boolean refresh() {
        return file.refresh();
    }
}
