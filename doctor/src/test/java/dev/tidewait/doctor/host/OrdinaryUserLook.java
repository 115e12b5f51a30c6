package dev.tidewait.doctor.host;

import java.util.List;

/** Prints what a user without rights sees; run by {@link OrdinaryUserTest} in a process of its own. */
final class OrdinaryUserLook {
    private OrdinaryUserLook() {}

    /**
     * @param arguments a process of somebody else
     */
    public static void main(String[] arguments) {
        HostFacts facts = HostFacts.read(Roots.ofHost(), List.of(Integer.parseInt(arguments[0])));
        System.out.println("range " + facts.ports().range());
        System.out.println("listening " + facts.ports().listening());
        System.out.println("buckets " + facts.timeWait().maxBuckets().orElse(-1));
        System.out.println("missing " + facts.rights().missing());
        System.out.println("destroy " + facts.features().destroy().reason());
        System.out.println("limit " + facts.files().programs().getFirst().softLimit());
        facts.conntrack().ifPresent(table -> System.out.println("tracked " + table.count() + " of " + table.max()));
        facts.unseen().forEach(note -> System.out.println("unseen " + note));
    }
}
