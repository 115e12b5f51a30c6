package dev.tidewait.doctor.census;

import dev.tidewait.linux.TcpState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Incoming connections of one look by local port. Owned by one thread; allocates once for each port. */
final class ServiceTable {
    private static final int PORTS = 65_536;

    private final @Nullable Service[] byPort = new @Nullable Service[PORTS];

    void add(int port, TcpState state) {
        service(port).states.add(state);
    }

    void addTimeWait(int port, int ageMillis) {
        Service service = service(port);
        service.states.add(TcpState.TIME_WAIT);
        service.ages.add(ageMillis);
    }

    List<ServiceUse> uses(AutomaticPorts automatic) {
        List<ServiceUse> uses = new ArrayList<>();
        for (int port = 0; port < PORTS; port++) {
            Service service = byPort[port];
            if (service != null) {
                uses.add(new ServiceUse(
                        port,
                        automatic.isListening(port),
                        service.states.counts(),
                        Trend.of(service.ages.ages()).perSecondNow()));
            }
        }
        uses.sort(Comparator.comparingInt((ServiceUse use) -> use.counts().total())
                .reversed());
        return uses;
    }

    private Service service(int port) {
        Service service = byPort[port];
        if (service == null) {
            service = new Service();
            byPort[port] = service;
        }
        return service;
    }

    private static final class Service {
        final StateTally states = new StateTally();
        final AgeTally ages = new AgeTally();
    }
}
