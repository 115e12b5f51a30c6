package dev.tidewait.app.configuration;

import dev.tidewait.proxy.address.Cidr;
import java.util.Optional;

/**
 * A block of source addresses. Immutable.
 *
 * @param block empty = auto: what the routing table gives
 */
public record SourceBlock(Optional<Cidr> block) {
    public static final SourceBlock AUTO = new SourceBlock(Optional.empty());

    public boolean isAuto() {
        return block.isEmpty();
    }

    @Override
    public String toString() {
        return block.map(Cidr::toString).orElse("auto");
    }
}
