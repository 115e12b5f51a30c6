package dev.tidewait.lab.race;

/** A kind of figure that a round gives. Immutable. */
enum Figure {
    /** Transactions, or MiB where bulk is moved. */
    PER_SECOND("perSecond"),
    /** Busy time of all CPUs for each transaction, from /proc/stat: whoever was busy, clients and server too. */
    MACHINE_MICROS("machineCpuMicros"),
    /** Of the contestant's own processes, for each transaction; what the kernel does for it in softirq is only in the machine's. */
    USER_MICROS("userMicros"),
    SYSTEM_MICROS("systemMicros"),
    /** Context switches of its threads for each transaction. */
    SWITCHES("contextSwitches"),
    P50_MICROS("p50Micros"),
    P99_MICROS("p99Micros"),
    P999_MICROS("p999Micros"),
    /** Its processes' resident memory at the end of the load; pages that two share count twice. */
    RESIDENT_MIB("residentMiB"),
    /** The same before any client came. */
    IDLE_MIB("idleMiB"),
    /** From exec to the first connection let in. */
    START_MILLIS("startMillis"),
    /** What was asked of it a second. */
    ASKED_PER_SECOND("askedPerSecond");

    private final String key;

    Figure(String key) {
        this.key = key;
    }

    /** Name in JSON. */
    String key() {
        return key;
    }
}
