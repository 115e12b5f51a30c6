package dev.tidewait.lab.churn;

import java.util.Locale;

/** Who chooses the source ports. */
public enum Chooser {
    /** {@code tidewait proxy}, through which the clients go: it keeps ledgers, and who finds no port waits in line. */
    PROXY,
    /** {@code tidewait run}, below which the clients connect for themselves: its hook cannot wait, and the kernel chooses where no port has rested. */
    RUN;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
