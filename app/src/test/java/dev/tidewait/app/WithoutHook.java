package dev.tidewait.app;

import dev.tidewait.hook.DestinationRow;
import dev.tidewait.hook.HookException;
import dev.tidewait.hook.HookSnapshot;
import dev.tidewait.hook.LeftAlone;
import dev.tidewait.hook.NoPort;
import dev.tidewait.linux.PortBits;
import dev.tidewait.linux.PortBlockLock;
import dev.tidewait.ports.Destination;
import dev.tidewait.ports.IpAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/**
 * Tidewait with commands that attach nothing and report a fixed count: for tests of what lies around the hook, on machines where BPF may not be used
 * as well. {@code HookedProgramTest} has the real one.
 */
final class WithoutHook {
    static final HookSnapshot COUNTED = new HookSnapshot(
            List.of(new DestinationRow(
                    new Destination(IpAddress.of(InetAddress.ofLiteral("10.9.9.2")), 443),
                    IpAddress.of(InetAddress.ofLiteral("10.9.9.1")),
                    1_234_567,
                    36_280,
                    1_198_287,
                    0,
                    12,
                    3_021,
                    3_120,
                    5_200,
                    1_236_000,
                    1,
                    0)),
            Map.of(LeftAlone.LOOPBACK, 12L, LeftAlone.SOURCE_UNKNOWN, 2L),
            Map.of(NoPort.BELOW_FLOOR, 1L),
            1_234_567,
            1,
            0,
            0,
            12,
            0,
            0);

    /** Variable of the environment with a file: while it is there, the cgroup is gone when it is attached to, and the file goes too. */
    static final String STOPS = "TEST_STOPS_AT_ATTACH";

    private static final Attacher COUNTING = (cgroup, settings, force) -> {
        vanish(cgroup);
        // As the hook does.
        if (!(PortBlockLock.acquire(PortBits.copyOf(settings.ports().toBitSet())) instanceof PortBlockLock lock)) {
            throw new HookException("the ports are taken");
        }
        return new Attacher.Attachment() {
            @Override
            public void moveTo(Path next) throws HookException {
                vanish(next);
            }

            @Override
            public HookSnapshot snapshot() {
                return COUNTED;
            }

            @Override
            public void close() {
                lock.close();
            }
        };
    };

    private WithoutHook() {}

    private static void vanish(Path cgroup) throws HookException {
        String stops = System.getenv(STOPS);
        if (stops == null || !Files.exists(Path.of(stops))) {
            return;
        }
        try {
            Files.delete(cgroup);
            Files.delete(Path.of(stops));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new HookException("there is no cgroup " + cgroup);
    }

    public static void main(String[] args) {
        IFactory factory = CommandLine.defaultFactory();
        System.exit(TidewaitMain.commandLine(new IFactory() {
                    @Override
                    public <K> K create(Class<K> type) throws Exception {
                        if (type == RunCommand.class) {
                            return type.cast(new RunCommand(COUNTING));
                        }
                        return type == AttachCommand.class
                                ? type.cast(new AttachCommand(COUNTING))
                                : factory.create(type);
                    }
                })
                .execute(args));
    }
}
