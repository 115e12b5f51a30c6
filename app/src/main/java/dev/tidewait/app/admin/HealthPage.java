package dev.tidewait.app.admin;

import java.util.function.BooleanSupplier;

/** {@code /healthz}: 200 while the proxy accepts, 503 while it drains, so that a load balancer in front sends nobody else. Any thread. */
public final class HealthPage implements Page {
    private final BooleanSupplier accepting;

    public HealthPage(BooleanSupplier accepting) {
        this.accepting = accepting;
    }

    @Override
    public Answer answer() {
        return accepting.getAsBoolean() ? AdminHandler.plain(200, "ok\n") : AdminHandler.plain(503, "draining\n");
    }
}
