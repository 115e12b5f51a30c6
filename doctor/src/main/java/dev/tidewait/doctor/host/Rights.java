package dev.tidewait.doctor.host;

import dev.tidewait.linux.Capabilities;
import dev.tidewait.linux.Capability;
import java.util.Arrays;
import java.util.List;

/**
 * What this process may do. Immutable, any thread.
 *
 * @param capabilities effective ones of the calling thread, in its own user namespace
 */
public record Rights(Capabilities capabilities) {
    private static final String FIELD = "CapEff:";

    static Rights read(ProcText text) {
        String status = text.proc("thread-self/status", "capabilities").orElse("");
        return new Rights(new Capabilities(status.lines()
                .filter(line -> line.startsWith(FIELD))
                .mapToLong(line ->
                        Long.parseUnsignedLong(line.substring(FIELD.length()).strip(), 16))
                .findFirst()
                .orElse(0)));
    }

    public boolean has(Capability capability) {
        return capabilities.has(capability);
    }

    /** Those that matter here and are missing. */
    public List<Capability> missing() {
        return Arrays.stream(Capability.values()).filter(one -> !has(one)).toList();
    }
}
