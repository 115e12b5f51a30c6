package dev.tidewait.lab.peers;

/**
 * How many ports there are. Immutable.
 *
 * @param automatic that the kernel chooses from, from 32768 on
 * @param chosen that a program or Tidewait chooses from, from 1024 on; the kernel's range is narrowed to what lies above
 * @param paced the same where a rate is derived from their number: few enough for any machine to carry it
 */
record PortPlan(int automatic, int chosen, int paced) {
    /** The kernel's default range; all below the narrowed one of {@code 64000 65535}; 1024–32767. */
    static final PortPlan STANDARD = new PortPlan(28_232, 62_976, 31_744);

    private static final int FIRST_AUTOMATIC = 32_768;
    private static final int FIRST_CHOSEN = 1_024;

    /** The same number everywhere. */
    static PortPlan of(int count) {
        return new PortPlan(count, count, count);
    }

    /** The proxy's ip_local_port_range, as "LOW HIGH". */
    String automaticRange() {
        return FIRST_AUTOMATIC + " " + (FIRST_AUTOMATIC + automatic - 1);
    }

    /** As "LOW-HIGH". */
    String chosenRange(Demand demand) {
        int count = demand.isDerivedFromFloor() ? paced : chosen;
        return FIRST_CHOSEN + "-" + (FIRST_CHOSEN + count - 1);
    }
}
