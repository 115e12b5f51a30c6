package dev.tidewait.lab;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.Consumer;

/** Prints the load's progress, one line a second. Used by one thread at a time. */
final class SecondsPrinter implements Consumer<LoadSecond> {
    private final PrintWriter out;
    private long doneBefore;

    SecondsPrinter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void accept(LoadSecond second) {
        out.printf(
                Locale.ROOT,
                "%4d s  %,8d/s  %,d failed  %,6d open  p50 %.2f ms  p99 %.2f ms%n",
                second.second(),
                second.done() - doneBefore,
                second.failed(),
                second.outstanding(),
                second.p50Micros() / 1e3,
                second.p99Micros() / 1e3);
        out.flush();
        doneBefore = second.done();
    }
}
