package dev.tidewait.linux;

/** Signals to other processes (kill(2)), which Java has for two signals only. Immutable. The numbers are those of every Linux but MIPS, Alpha and SPARC. */
public enum ProcessSignal {
    HUP(1),
    INT(2),
    USR2(12),
    TERM(15);

    private final int number;

    ProcessSignal(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /**
     * Sends it.
     *
     * @return false if there is no such process, or it may not be signalled
     */
    public boolean send(long processId) {
        if (processId <= 0) {
            throw new IllegalArgumentException("a process id is above 0 (others mean groups), not " + processId);
        }
        return ProcessCalls.kill((int) processId, number) == 0;
    }
}
