package dev.tidewait.proxy.bench;

import dev.tidewait.proxy.access.Access;
import dev.tidewait.proxy.access.AccessRules;
import dev.tidewait.proxy.access.AddressAnswer;
import dev.tidewait.proxy.access.Denials;
import dev.tidewait.proxy.access.NamePattern;
import dev.tidewait.proxy.address.Cidr;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.address.IpLiteral;
import dev.tidewait.proxy.address.OwnAddresses;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Everything that access is asked for one request to a name of two addresses, all of it permitted: no question is spared. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AccessBenchmark {
    private static final String METHOD = "GET";

    /** So many names and as many blocks. */
    @Param({"0", "100"})
    int denials;

    private final InetAddress client = InetAddress.getLoopbackAddress();
    private final HostPort target = HostPort.parse("www.example.org:80");
    private final List<InetAddress> resolved = List.of(
            IpLiteral.fromBytes(new byte[] {(byte) 192, 0, 2, 7}),
            IpLiteral.fromBytes(new byte[] {(byte) 192, 0, 2, 8}));
    private Access access = access(0);

    @Setup
    public void makeRules() {
        access = access(denials);
    }

    private static Access access(int denials) {
        List<NamePattern> names = new ArrayList<>();
        List<Cidr> blocks = new ArrayList<>();
        for (int i = 0; i < denials; i++) {
            names.add(NamePattern.parse(".denied" + i + ".test"));
            blocks.add(Cidr.parse("10." + i + ".0.0/16"));
        }
        AccessRules usual = AccessRules.DEFAULTS;
        return new Access(
                new AccessRules(
                        usual.clients(),
                        usual.deniedDestinations(),
                        usual.allowedDestinations(),
                        usual.connectPorts(),
                        usual.httpPorts(),
                        new Denials(names, blocks, List.of(), Set.of())),
                new OwnAddresses());
    }

    @Benchmark
    public AddressAnswer check() {
        if (access.client(client).isPresent() || access.request(METHOD, target).isPresent()) {
            throw new AssertionError("denied");
        }
        return access.addresses(METHOD, target, resolved);
    }
}
