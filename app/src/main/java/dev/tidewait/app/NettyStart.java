package dev.tidewait.app;

import java.security.SecureRandom;
import java.util.HexFormat;

/** What Netty would otherwise find out slowly at its start. No state. */
final class NettyStart {
    /** An EUI-64, as Netty makes them up itself where there is no network card. */
    private static final int MACHINE_ID_BYTES = 8;

    private NettyStart() {}

    /**
     * Gives Netty the two parts of its channel ids, which are for its debug log only; else it walks all network interfaces, and
     * complains where there is none but loopback. To be called before Netty's first class is loaded; settings of the command line stand.
     */
    static void prepare() {
        byte[] machine = new byte[MACHINE_ID_BYTES];
        new SecureRandom().nextBytes(machine);
        setIfAbsent("io.netty.machineId", HexFormat.ofDelimiter(":").formatHex(machine));
        setIfAbsent("io.netty.processId", Long.toString(ProcessHandle.current().pid()));
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
