package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;
import dev.tidewait.ports.Floors;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How long a closed connection's four-tuple rests. What is not written here comes from the level above. Immutable. */
public record TimeWaitSection(
        @Setting(
                value =
                        "Ages below which a port is never used again for the same destination; or 'measured', which takes over what the report "
                                + "'evidence' shows to be enough.",
                whenAbsent = "{}",
                word = "measured",
                why =
                        "Below it late segments could still come; above it the age at reuse is ports divided by rate, by itself, since "
                                + "the oldest port is always taken.",
                source = "docs/safety.md; docs/decisions/018-oldest-of-all-stripes.md")
        FloorSection floor,

        @Setting(
                value = "The age from which a port counts as new; without this key 60s, the kernel's TIME_WAIT.",
                min = "1s",
                max = "1h",
                otherwise = "60s",
                why =
                        "That is how long Linux itself would have kept the port. Beyond it nothing is gained by preferring one port to "
                                + "another.",
                source = "Linux TCP_TIMEWAIT_LEN (include/net/tcp.h); docs/safety.md")
        Optional<Duration> ceiling,

        @Setting(
                value =
                        "A fixed length instead of floor and ceiling, such as 15s. Never shortens what a connection's end"
                                + " asks for.",
                min = "1s",
                max = "1h",
                otherwise = "off",
                why =
                        "For comparing with systems whose TIME_WAIT has one length, and for whoever must promise one. The floors by "
                                + "ending are safer at the same rate, because each end gets what it needs.",
                source = "RFC 9293 section 3.6.1; docs/plan.md has the arithmetic")
        Optional<Duration> fixed,

        @Setting(
                value =
                        "true: the destinations run Linux, whose sequence numbers follow a known clock; without this key false.",
                otherwise = "false",
                why =
                        "Linux draws initial sequence numbers from a clock of 64 ns, 62 times as fast as the one of the RFC: after the "
                                + "same time the next numbers lie 62 times as far ahead, so more connections have the shorter floor. For a peer "
                                + "that is no Linux, or a balancer before several, it would be too short.",
                source = "Linux secure_tcp_seq(); RFC 9293 section 3.4.1; RFC 6528")
        Optional<Boolean> peerIsLinux,

        @Setting(
                value =
                        "The report that 'floor: measured' goes by, such as /var/lib/tidewait/study.json: what 'tidewait study --json' wrote, of captures"
                                + " or --live. Read at the start and at each reload.",
                otherwise = "none",
                why =
                        "Which age is enough depends on the way to these destinations, so a destination may have a report of its own. A report that "
                                + "is missing, damaged, too old or too small leaves the floors as they are, and the log says so.",
                source = "docs/how-low.md; docs/decisions/032-floors-that-were-measured.md")
        Optional<Path> evidence,

        @Setting(
                value =
                        "How old the report may be, by the time at which its file was last changed (mtime: a copy or touch makes it young, cp -p does not); without this key 168h, a week.",
                min = "1s",
                max = "8760h",
                otherwise = "168h",
                why =
                        "Networks change: what was enough last month need not be today. When the report gets older than this the floors of before "
                                + "apply again, without a reload.",
                source = "docs/how-low.md; docs/decisions/032-floors-that-were-measured.md")
        Optional<Duration> evidenceAge) {
    private static final Duration USUAL_EVIDENCE_AGE = Duration.ofDays(7);

    /** This section, completed by the one of the level above. {@code fixed} here silences a ceiling above, and the reverse. */
    TimeWaitSection over(TimeWaitSection above) {
        boolean fixedAbove = fixed.isEmpty() && ceiling.isEmpty();
        return new TimeWaitSection(
                floor.over(above.floor),
                ceiling.or(() -> above.ceiling),
                fixedAbove ? above.fixed : fixed,
                peerIsLinux.or(() -> above.peerIsLinux),
                evidence.or(() -> above.evidence),
                evidenceAge.or(() -> above.evidenceAge));
    }

    /** The report whose advice shall be taken over; empty where none shall. A fixed length is fixed. */
    public Optional<Path> report() {
        return floor.isMeasured() && fixed.isEmpty() ? evidence : Optional.empty();
    }

    /** How old it may be. */
    public Duration reportAge() {
        return evidenceAge.orElse(USUAL_EVIDENCE_AGE);
    }

    /** The rule's settings without what a report says; what nobody wrote is {@link Floors#DEFAULT}. */
    public Floors floors() {
        Floors standard = Floors.DEFAULT;
        Floors floors = new Floors(
                millis(floor.timestamps(), standard.timestampsMillis()),
                millis(floor.sequence(), standard.sequenceMillis()),
                millis(floor.unknown(), standard.unknownMillis()),
                millis(floor.refused(), standard.refusedMillis()),
                millis(floor.synTimeout(), standard.synTimeoutMillis()),
                millis(ceiling, standard.ceilingMillis()),
                0,
                peerIsLinux.orElse(standard.peerIsLinux()));
        return fixed.map(length -> floors.withFixed(length.toMillis())).orElse(floors);
    }

    private static long millis(Optional<Duration> written, long standardMillis) {
        return written.map(Duration::toMillis).orElse(standardMillis);
    }
}
