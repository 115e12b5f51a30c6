package dev.tidewait.doctor.host;

import java.util.List;
import java.util.OptionalLong;

/**
 * File descriptors: of the whole system, and of the programs that were asked for. Immutable, any thread.
 *
 * @param allocated open files of the whole system (first number of fs.file-nr)
 * @param max how many there may be (fs.file-max)
 * @param mostPerProcess no limit can be set above it (fs.nr_open)
 * @param programs one for each process that was asked for and can be seen
 */
public record FileFacts(
        OptionalLong allocated, OptionalLong max, OptionalLong mostPerProcess, List<OpenFiles> programs) {
    public FileFacts {
        programs = List.copyOf(programs);
    }
}
