package dev.tidewait.doctor.host;

import java.util.OptionalLong;

/**
 * File descriptors of one process. Immutable, any thread.
 *
 * @param processId its id
 * @param program its name
 * @param open how many it has, counted up to a bound; empty if only root or its own user may look
 * @param softLimit how many it may have
 * @param hardLimit how far it may raise that itself
 */
public record OpenFiles(int processId, String program, OptionalLong open, long softLimit, long hardLimit) {}
