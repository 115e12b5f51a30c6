package dev.tidewait.lab.study;

import com.google.errorprone.annotations.Immutable;
import dev.tidewait.evidence.late.LateHistogram;
import dev.tidewait.evidence.late.LateKind;
import dev.tidewait.evidence.track.TrackReport;

/** What must agree between the truth, the study and tshark. Late segments are those after FIN and after RST together. Immutable. */
@Immutable
record Totals(
        long connections,
        long closedByFin,
        long closedByRst,
        long reuses,
        long fin,
        long data,
        long ack,
        long rst,
        long syn,
        long laterThan100,
        long laterThan500,
        long laterThan1000) {
    static Totals of(TrackReport report) {
        LateHistogram late = report.lateAfterGraceful()
                .segments()
                .plus(report.lateAfterReset().segments());
        return new Totals(
                report.openings().connections(),
                report.graceful().total(),
                report.reset().total(),
                report.reusesAfterGraceful().plus(report.reusesAfterReset()).total(),
                late.of(LateKind.FIN).total(),
                late.of(LateKind.DATA).total(),
                late.of(LateKind.ACK).total(),
                late.of(LateKind.RST).total(),
                late.of(LateKind.SYN).total(),
                late.all().laterThan(100),
                late.all().laterThan(500),
                late.all().laterThan(1_000));
    }

    Totals plus(Totals other) {
        return new Totals(
                connections + other.connections,
                closedByFin + other.closedByFin,
                closedByRst + other.closedByRst,
                reuses + other.reuses,
                fin + other.fin,
                data + other.data,
                ack + other.ack,
                rst + other.rst,
                syn + other.syn,
                laterThan100 + other.laterThan100,
                laterThan500 + other.laterThan500,
                laterThan1000 + other.laterThan1000);
    }
}
