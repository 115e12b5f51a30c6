package dev.tidewait.lab;

import dev.tidewait.linux.Capabilities;
import dev.tidewait.linux.Capability;

/** What this test run may do. Any thread. */
final class Privileges {
    private Privileges() {}

    static boolean canMakeNamespaces() {
        return Capabilities.ofThisThread().has(Capability.SYS_ADMIN);
    }
}
