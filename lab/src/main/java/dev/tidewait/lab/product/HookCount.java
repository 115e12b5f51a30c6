package dev.tidewait.lab.product;

/**
 * What {@code tidewait run} counted of a program's connects. Immutable.
 *
 * @param chosen got a port of Tidewait's
 * @param kernelChose no port was past its floor, or the kernel refused the one that was: it chose itself
 * @param leftAlone the first one to a destination, and those that are none of Tidewait's business
 * @param youngestMillis age of the youngest port at reuse; 0 if none was reused
 */
public record HookCount(long chosen, long kernelChose, long leftAlone, long youngestMillis) {
    public long all() {
        return chosen + kernelChose + leftAlone;
    }

    public double chosenShare() {
        return all() == 0 ? 0 : chosen / (double) all();
    }

    public double kernelShare() {
        return all() == 0 ? 0 : kernelChose / (double) all();
    }
}
