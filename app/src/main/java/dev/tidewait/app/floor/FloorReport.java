package dev.tidewait.app.floor;

import dev.tidewait.app.floor.MeasuredFloor.Evidence;
import dev.tidewait.app.study.SavedStudy;
import dev.tidewait.app.study.Study;
import dev.tidewait.evidence.risk.FloorAdvice;
import dev.tidewait.ports.Floors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A report as it was read, once for all places that name it. Immutable. */
sealed interface FloorReport {
    /** Clocks of hosts differ by less; a file from further in the future would never be too old. */
    Duration CLOCKS_DIFFER = Duration.ofHours(1);

    String CURE = "write it with 'tidewait study --json' (docs/how-low.md), then reload";

    /** It could be read. */
    record Read(List<FloorAdvice> advice, Instant written) implements FloorReport {}

    /** It could not. */
    record Unreadable(String why) implements FloorReport {}

    static FloorReport read(Path file) {
        try {
            Instant written = Files.getLastModifiedTime(file).toInstant().truncatedTo(ChronoUnit.SECONDS);
            Study study = SavedStudy.read(file);
            return new Read(study.advice(), written);
        } catch (IOException e) {
            return new Unreadable(SavedStudy.reason(e) + "; " + CURE);
        } catch (
                RuntimeException
                        e) { // whoever wrote it may be wrong, or ill-disposed; that must not keep an old floor alive
            return new Unreadable("its counts lead to no advice: " + e + "; " + CURE);
        }
    }

    /** What follows at one place. */
    default MeasuredFloor apply(String place, Path file, Floors standard, Duration mayBeOld, Instant now) {
        return switch (this) {
            case Unreadable unreadable -> missing(place, file, standard, unreadable.why());
            case Read read -> {
                Instant outdated = read.written.plus(mayBeOld);
                if (!now.isBefore(outdated)) {
                    yield missing(
                            place,
                            file,
                            standard,
                            "it was written " + read.written + ", longer ago than evidenceAge allows; " + CURE);
                }
                if (read.written.isAfter(now.plus(CLOCKS_DIFFER))) {
                    yield missing(place, file, standard, "it was written in the future, " + read.written + "; " + CURE);
                }
                FloorAdvice decides = deciding(read.advice);
                yield new MeasuredFloor(
                        place,
                        file,
                        standard,
                        floors(read.advice, standard),
                        new Evidence.Counts(decides, read.written, outdated));
            }
        };
    }

    private static MeasuredFloor missing(String place, Path file, Floors standard, String why) {
        return new MeasuredFloor(place, file, standard, standard, new Evidence.Missing(why));
    }

    /**
     * The longest that any class asks for. Classes that are too small to tell are part of all connections, which come first. One that speaks against its
     * floor, whatever its size, lets all the others lift only.
     */
    private static Floors floors(List<FloorAdvice> advice, Floors standard) {
        List<FloorAdvice> telling = telling(advice);
        if (telling.stream().anyMatch(FloorAdvice.NotShown.class::isInstance)) {
            return standard.withAtLeast(
                    longest(telling, standard.sequenceMillis()), longest(telling, standard.unknownMillis()));
        }
        return blocking(advice).isPresent() ? standard : standard.withMeasured(longest(telling, 0));
    }

    private static FloorAdvice deciding(List<FloorAdvice> advice) {
        Comparator<FloorAdvice> byFloor = Comparator.comparingLong(one -> one.floorMillis(0));
        return telling(advice).stream()
                .filter(FloorAdvice.NotShown.class::isInstance)
                .max(byFloor)
                .or(() -> blocking(advice))
                .or(() -> advice.stream()
                        .filter(FloorAdvice.Enough.class::isInstance)
                        .max(byFloor))
                .orElseThrow();
    }

    /** Why nothing is taken over. */
    private static Optional<FloorAdvice> blocking(List<FloorAdvice> advice) {
        FloorAdvice all = advice.getFirst();
        return all instanceof FloorAdvice.Enough
                ? advice.stream().filter(FloorReport::blocks).findFirst()
                : Optional.of(all);
    }

    private static boolean blocks(FloorAdvice advice) {
        return switch (advice) {
            case FloorAdvice.Enough enough -> false;
            case FloorAdvice.NotShown not -> true;
            case FloorAdvice.TooFew few -> few.isUndecided();
            case FloorAdvice.Incomplete incomplete -> true;
        };
    }

    private static List<FloorAdvice> telling(List<FloorAdvice> advice) {
        return advice.stream()
                .filter(one -> one instanceof FloorAdvice.Enough || one instanceof FloorAdvice.NotShown)
                .toList();
    }

    private static long longest(List<FloorAdvice> telling, long standardMillis) {
        return telling.stream()
                .mapToLong(one -> one.floorMillis(standardMillis))
                .max()
                .orElse(standardMillis);
    }
}
