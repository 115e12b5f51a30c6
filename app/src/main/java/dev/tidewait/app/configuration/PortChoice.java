package dev.tidewait.app.configuration;

import dev.tidewait.ports.PortSet;
import java.util.Optional;

/**
 * Source ports. Immutable.
 *
 * @param ports empty = auto: what the kernel and other services leave
 */
public record PortChoice(Optional<PortSet> ports) {
    public static final PortChoice AUTO = new PortChoice(Optional.empty());

    public boolean isAuto() {
        return ports.isEmpty();
    }

    @Override
    public String toString() {
        return ports.map(PortSet::toString).orElse("auto");
    }
}
