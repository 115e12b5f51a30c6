package dev.tidewait.proxy;

import dev.tidewait.proxy.access.ClientLimits;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/** Everywhere a server listens. Any thread may look; one at a time may change it. */
final class Doors {
    private final EventLoops loops;
    private final List<Roster> rosters;
    private final ClientLimits limits;
    private volatile Map<String, Door> byName = Map.of();

    /**
     * @param rosters one for each event loop
     * @param limits of all of them together
     */
    Doors(EventLoops loops, List<Roster> rosters, ClientLimits limits) {
        this.loops = loops;
        this.rosters = rosters;
        this.limits = limits;
    }

    /**
     * Serves exactly these from now on, all or nothing: what is new is opened first, and as long as that can fail nobody is accepted there and
     * nothing else changes. An address that stays is not closed for a moment, whatever its listener is called or does.
     *
     * @param bound runs once, when nothing can fail any more and before anybody is accepted at a new address: the place to change the rules
     * @throws BindException a new address cannot be had; everything is as before
     */
    void change(List<Service> services, Runnable bound) throws BindException {
        Set<Door> left = new LinkedHashSet<>(byName.values());
        Map<String, Door> next = new LinkedHashMap<>();
        for (Service service : services) {
            Optional<Door> same =
                    left.stream().filter(door -> door.isAt(service.settings())).findFirst();
            same.ifPresent(door -> {
                left.remove(door);
                next.put(service.settings().name(), door);
            });
        }
        List<Door> opened = new ArrayList<>();
        try {
            for (Service service : services) {
                if (!next.containsKey(service.settings().name())) {
                    Door door = open(service, left, next.values());
                    opened.add(door);
                    next.put(service.settings().name(), door);
                }
            }
        } catch (BindException | RuntimeException failed) {
            opened.forEach(Door::close);
            throw failed;
        }
        bound.run();
        services.forEach(service -> door(next, service.settings().name()).serve(service));
        byName = Map.copyOf(next);
        opened.forEach(Door::accept);
        left.forEach(Door::close);
    }

    /** An overlapping address is shared only with a door that closes: the same settings must do for a start, which finds none of those. */
    private Door open(Service service, Collection<Door> left, Collection<Door> staying) throws BindException {
        boolean beside = left.stream().anyMatch(door -> door.overlaps(service.settings()))
                && staying.stream().noneMatch(door -> door.overlaps(service.settings()));
        return Door.open(loops, rosters, limits, service, beside);
    }

    /**
     * Where a listener listens.
     *
     * @throws NoSuchElementException there is no listener of that name
     */
    InetSocketAddress address(String name) {
        return door(byName, name).address();
    }

    private static Door door(Map<String, Door> doors, String name) {
        Door found = doors.get(name);
        if (found == null) {
            throw new NoSuchElementException("no listener is called " + name);
        }
        return found;
    }

    /** Accepts nobody any more. */
    void close() {
        byName.values().forEach(Door::close);
    }
}
