package dev.tidewait.app;

import dev.tidewait.app.option.LengthValue;
import dev.tidewait.evidence.live.LiveSettings;
import dev.tidewait.linux.PortSample;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code tidewait study --live}. */
final class LiveOptions {
    /** At 15,000 connections a second some 10,000 packets a second. */
    private static final int USUAL_TAP_SHARE = 16;

    @Option(
            names = "--live",
            paramLabel = "DEVICE",
            description =
                    "Watches the TCP segments that come in by this network device, such as eth0. Needs Linux 6.6 and root (older: see --tap); changes nothing.")
    private @Nullable String device;

    @Option(
            names = "--for",
            paramLabel = "LENGTH",
            converter = LengthValue.class,
            description =
                    "How long to watch (default: 5m). What ended T before the end can tell about segments younger than T only, so"
                            + " watch some minutes longer than the TIME_WAIT in question.")
    private @Nullable Duration length;

    @Option(
            names = "--remember",
            paramLabel = "N",
            description = "Ended connections that are remembered, 130 bytes of kernel memory each (default: 262144).")
    private @Nullable Integer remembered;

    @Option(
            names = "--prefix",
            split = ",",
            paramLabel = "BITS",
            description = "What addresses are cut to in the table of destinations: of IPv4,IPv6 (default: 24,48).")
    private List<Integer> prefixes = List.of();

    @Option(
            names = "--cost",
            description =
                    "Also measures the CPU time that the watch takes (the kernel then measures every BPF program).")
    private boolean cost;

    @Option(
            names = "--metrics",
            paramLabel = "ADDR:PORT",
            converter = RuleOptions.BindValue.class,
            description = "Serves /metrics for Prometheus and /healthz there while it watches.")
    private @Nullable InetSocketAddress metrics;

    @Option(
            names = "--tap",
            paramLabel = "N",
            description =
                    "Studies the packets of one connection in N (a power of two, at most 4096), chosen by its ports, instead of"
                            + " having the kernel look at all. It is also what is done, with N = 16, where the kernel takes no such programs.")
    private @Nullable Integer tap;

    boolean isWanted() {
        return device != null;
    }

    /** Of an option that makes sense with --live only, without it. */
    Optional<String> strayOption() {
        if (device != null) {
            return Optional.empty();
        }
        if (length != null) {
            return Optional.of("--for");
        }
        if (remembered != null) {
            return Optional.of("--remember");
        }
        if (!prefixes.isEmpty()) {
            return Optional.of("--prefix");
        }
        if (cost) {
            return Optional.of("--cost");
        }
        if (tap != null) {
            return Optional.of("--tap");
        }
        return metrics == null ? Optional.empty() : Optional.of("--metrics");
    }

    /** Whether it is to be a tap in any case. */
    boolean prefersTap() {
        return tap != null;
    }

    /** Whether something is asked for that a tap does not have. */
    boolean needsPrograms() {
        return metrics != null || cost || remembered != null || !prefixes.isEmpty();
    }

    /** Of connections, one in so many is tapped. */
    int tapShare() {
        return tap == null ? USUAL_TAP_SHARE : tap;
    }

    Duration length() {
        return length == null ? Duration.ofMinutes(5) : length;
    }

    boolean measuresCost() {
        return cost;
    }

    Optional<InetSocketAddress> metrics() {
        return Optional.ofNullable(metrics);
    }

    /** @throws IllegalArgumentException saying which value is wrong */
    LiveSettings settings() {
        LiveSettings settings = LiveSettings.of(String.valueOf(device));
        if (!prefixes.isEmpty()) {
            if (prefixes.size() != 2) {
                throw new IllegalArgumentException("--prefix takes two numbers, of IPv4 and IPv6, such as 24,48");
            }
            settings = settings.withPrefixes(prefixes.get(0), prefixes.get(1));
        }
        if (length().compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("--for is at least 1s");
        }
        if (tap != null) {
            if (tap < 1 || tap > PortSample.MOST_SHARE || Integer.bitCount(tap) != 1) {
                throw new IllegalArgumentException("--tap is a power of two, 1 to 4,096, not " + tap);
            }
            if (needsPrograms()) {
                throw new IllegalArgumentException("--metrics, --cost, --remember and --prefix go without --tap");
            }
        }
        return remembered == null ? settings : settings.withRemembered(remembered);
    }
}
