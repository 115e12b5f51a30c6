package dev.tidewait.lab.peers;

import dev.tidewait.lab.program.PeerProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One combination that is measured. Immutable.
 *
 * @param program which
 * @param setUp what is done about its ports
 * @param timestamps whether its server uses TCP timestamps
 * @param demand how much is asked
 */
record PeerCell(PeerProgram program, SetUp setUp, boolean timestamps, Demand demand) {
    /** Unmodified nginx, as shipped and under {@code tidewait run}, and the best that a peer does by itself. */
    static final List<PeerCell> LONG = List.of(
            new PeerCell(PeerProgram.NGINX_STREAM, SetUp.AS_SHIPPED, true, Demand.LONG),
            new PeerCell(PeerProgram.NGINX_STREAM, SetUp.RUN, true, Demand.LONG),
            new PeerCell(PeerProgram.HAPROXY, SetUp.EXPLICIT, true, Demand.LONG));

    /** Every other combination that says something, in the order in which they are measured. */
    static List<PeerCell> usual() {
        List<PeerCell> cells = new ArrayList<>();
        for (PeerProgram program : PeerProgram.values()) {
            for (boolean timestamps : new boolean[] {true, false}) {
                for (SetUp setUp : SetUp.values()) {
                    if (setUp != SetUp.EXPLICIT || program == PeerProgram.HAPROXY) {
                        cells.add(new PeerCell(program, setUp, timestamps, demand(program, setUp, timestamps)));
                    }
                }
            }
        }
        cells.add(new PeerCell(PeerProgram.NGINX_STREAM, SetUp.RUN, false, Demand.ABOVE));
        cells.add(new PeerCell(PeerProgram.NGINX_STREAM, SetUp.AS_SHIPPED, true, Demand.QUIET));
        for (Demand demand : List.of(Demand.PACED, Demand.FAST)) {
            cells.add(new PeerCell(PeerProgram.NGINX_STREAM, SetUp.AS_SHIPPED, true, demand));
            cells.add(new PeerCell(PeerProgram.NGINX_STREAM, SetUp.REAP, true, demand));
        }
        return cells;
    }

    /** All that there are. */
    static List<PeerCell> all() {
        return Stream.concat(usual().stream(), LONG.stream()).toList();
    }

    /**
     * Without timestamps a rule has a limit, ports ÷ floor, and as fast as it goes lies beyond it. Squid stays below by itself.
     */
    private static Demand demand(PeerProgram program, SetUp setUp, boolean timestamps) {
        return setUp == SetUp.RUN && !timestamps && program != PeerProgram.SQUID ? Demand.BELOW : Demand.FULL;
    }

    /** @throws IllegalArgumentException if there is none of that name */
    static PeerCell named(String name) {
        return all().stream()
                .filter(cell -> cell.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no cell " + name));
    }

    /** Parts joined by slashes, as {@code --cell} takes them. */
    String name() {
        return Stream.of(program, setUp, timestamps ? "timestamps" : "no-timestamps", demand)
                .map(Object::toString)
                .collect(Collectors.joining("/"));
    }
}
