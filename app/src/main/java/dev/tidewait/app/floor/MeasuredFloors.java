package dev.tidewait.app.floor;

import dev.tidewait.app.configuration.Configuration;
import dev.tidewait.app.configuration.DestinationSection;
import dev.tidewait.app.configuration.TimeWaitSection;
import dev.tidewait.ports.Floors;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The floors of every place that says {@code floor: measured}, by the reports that it names. {@link #look} reads them and logs what has changed, each change
 * once and with its evidence; what cannot be read leaves the floors as the configuration has them. Any thread may ask, one at a time looks.
 */
public final class MeasuredFloors {
    private static final Logger LOG = LoggerFactory.getLogger(MeasuredFloors.class);

    private volatile Map<TimeWaitSection, MeasuredFloor> bySection = Map.of();

    /** Reads the reports again. */
    public void look(Configuration configuration, Instant now) {
        Map<String, MeasuredFloor> before = new HashMap<>();
        bySection.values().forEach(one -> before.put(one.place(), one));
        Map<TimeWaitSection, MeasuredFloor> next = read(configuration, now);
        bySection = next;
        next.values().forEach(one -> tell(one, Optional.ofNullable(before.remove(one.place()))));
        before.values().stream()
                .filter(MeasuredFloor::isTakenOver)
                .forEach(gone -> LOG.info("{}: the measured floor applies no more", gone.place()));
    }

    /** What the reports say now; logs nothing. */
    public static List<MeasuredFloor> of(Configuration configuration, Instant now) {
        return List.copyOf(read(configuration, now).values());
    }

    private static Map<TimeWaitSection, MeasuredFloor> read(Configuration configuration, Instant now) {
        Map<Path, FloorReport> reports = new HashMap<>();
        Map<TimeWaitSection, MeasuredFloor> found = new LinkedHashMap<>();
        add(found, reports, "timeWait", configuration.timeWait(), now);
        for (DestinationSection destination : configuration.destinations()) {
            String place = "destinations[" + destination.match() + "].timeWait";
            add(found, reports, place, configuration.timeWait(destination), now);
        }
        return found;
    }

    /** Places that say the same have one entry, named as the first. */
    private static void add(
            Map<TimeWaitSection, MeasuredFloor> found,
            Map<Path, FloorReport> reports,
            String place,
            TimeWaitSection section,
            Instant now) {
        section.report()
                .filter(file -> !found.containsKey(section))
                .ifPresent(file -> found.put(
                        section,
                        reports.computeIfAbsent(file, FloorReport::read)
                                .apply(place, file, section.floors(), section.reportAge(), now)));
    }

    private static void tell(MeasuredFloor now, Optional<MeasuredFloor> before) {
        if (before.filter(now::equals).isPresent()) {
            return;
        }
        String change = now.change(before.map(MeasuredFloor::floors).orElse(now.standard()));
        if (now.isTakenOver()) {
            LOG.info("{}", change);
        } else {
            LOG.warn("{}", change);
        }
    }

    /** The floors for what the configuration says at one place. */
    public Floors floors(TimeWaitSection section) {
        MeasuredFloor measured = bySection.get(section);
        return measured == null ? section.floors() : measured.floors();
    }

    /** Every place, in the order of the configuration. */
    public List<MeasuredFloor> all() {
        return List.copyOf(bySection.values());
    }

    /** When the first report that counts gets too old: look again then. */
    public Optional<Instant> nextLook() {
        return bySection.values().stream()
                .flatMap(one -> one.outdated().stream())
                .min(Comparator.naturalOrder());
    }
}
