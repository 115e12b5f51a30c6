package dev.tidewait.hook.reap;

/** Gives way: a pass is 10 ms of work for which nobody waits, and the programs that it helps may want this very core. No state. */
final class Courtesy {
    private Courtesy() {}

    @SuppressWarnings("ThreadPriorityCheck") // nothing depends on it: if nobody waits, it does nothing
    static void giveWay() {
        Thread.yield();
    }
}
