package dev.tidewait.doctor.host;

import java.nio.file.Path;

/**
 * Where to look. Immutable, any thread.
 *
 * @param proc a mounted proc(5)
 * @param files the root below which {@code etc/sysctl.d}, {@code usr/lib/sysctl.d}, {@code boot} and {@code sys} lie
 */
public record Roots(Path proc, Path files) {
    /** Those of the host, or of the container that this runs in. */
    public static Roots ofHost() {
        return new Roots(Path.of("/proc"), Path.of("/"));
    }
}
