package dev.tidewait.lab.race;

import dev.tidewait.lab.Topology;
import dev.tidewait.lab.program.PeerConfiguration;
import dev.tidewait.lab.program.PeerProgram;
import java.nio.file.Path;

/** What Squid is told. No state. */
final class SquidConfiguration {
    private SquidConfiguration() {}

    /** The whole file. */
    static String of(Work work, Topology topology, Path folder) {
        String text = PeerConfiguration.of(PeerProgram.SQUID, topology.proxyListener(), topology.origin(), folder, "");
        return work.passage() == Passage.HTTP ? text + "server_persistent_connections off\n" : text;
    }
}
