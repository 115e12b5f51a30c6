package dev.tidewait.doctor.census;

import dev.tidewait.linux.PortBits;

/**
 * The ports that programs choose by themselves instead of the kernel: Tidewait's. Immutable.
 *
 * @param ports in whole blocks of 1,024, as Tidewait holds them; those among them that connect() chooses or that somebody listens on are not counted
 *     as its own
 */
public record OwnPorts(PortBits ports) {
    /** Everything leaves the choice to the kernel. */
    public static final OwnPorts NONE = new OwnPorts(PortBits.NONE);
}
