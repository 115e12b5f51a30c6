package dev.tidewait.lab.race;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One contestant at one kind of work. Immutable. */
record RaceCell(Work work, Contestant contestant) {
    /** All that there are; work by work, so that those who are compared run one after the other. */
    static List<RaceCell> all() {
        return Stream.of(Work.values())
                .flatMap(work -> Stream.of(Contestant.values())
                        .filter(contestant -> contestant.takesPartIn(work))
                        .map(contestant -> new RaceCell(work, contestant)))
                .toList();
    }

    /** @throws IllegalArgumentException if there is none of that name */
    static RaceCell named(String name) {
        return all().stream()
                .filter(cell -> cell.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no cell " + name));
    }

    /** What must be known first: the contestant's own (a), from which a rate is derived or with which this is compared. */
    Optional<RaceCell> needs() {
        return work.shareOfOwnBest().isPresent() || (work == Work.DESTINATIONS && contestant == Contestant.TIDEWAIT)
                ? Optional.of(new RaceCell(Work.NEW_CLIENT_FIRST, contestant))
                : Optional.empty();
    }

    boolean isUsual() {
        return work.isUsual() && contestant.isUsualIn(work);
    }

    /** Both parts joined by a slash, as {@code --cell} takes them. */
    String name() {
        return work + "/" + contestant;
    }

    @Override
    public String toString() {
        return name();
    }
}
