package dev.tidewait.linux;

/** Whether the blocks of a port set could be claimed; see {@link PortBlockLock#acquire}. */
public sealed interface PortBlockAnswer permits PortBlockLock, PortBlockAnswer.HeldByAnother, PortBlockAnswer.Failed {
    /**
     * Another instance in this network namespace owns one of the blocks; none was claimed. Immutable, any thread.
     *
     * @param block the first block that is taken, 1,024 ports
     * @param processId its owner, 0 if not known (another PID namespace)
     */
    record HeldByAnother(PortRange block, int processId) implements PortBlockAnswer {
        /** What happened and what to do, one or two sentences. */
        public String message() {
            String owner = processId > 0 ? "process " + processId : "another process";
            return "Ports " + block + " belong to " + owner + " in this network namespace (`ss -xlp | grep "
                    + PortBlockLock.nameOf(block)
                    + "` shows it). Stop it, or give this instance ports outside of that block.";
        }
    }

    /**
     * The kernel refused for another reason; none was claimed. Immutable, any thread.
     *
     * @param block the block that it was about
     * @param errno why, such as EMFILE
     */
    record Failed(PortRange block, Errno errno) implements PortBlockAnswer {}
}
