package dev.tidewait.app.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.app.Json;
import dev.tidewait.evidence.late.AgeBuckets;
import dev.tidewait.evidence.late.AgeCounts;
import dev.tidewait.evidence.late.LateHistogram;
import dev.tidewait.evidence.late.LateKind;
import dev.tidewait.evidence.late.LateSample;
import dev.tidewait.evidence.live.LiveClass;
import dev.tidewait.evidence.live.LiveEnding;
import dev.tidewait.evidence.live.LiveSnapshot;
import dev.tidewait.evidence.live.PrefixRow;
import dev.tidewait.evidence.live.RemotePrefix;
import dev.tidewait.evidence.live.RoundTripClass;
import dev.tidewait.ports.IpAddress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** A live watch that lost late segments claims no TIME_WAIT to be enough, nor does what it is added to. */
class LiveReportTest {
    private static final String CLAIM = "one connection in 10,000: ";

    private static LiveReport report(long lost) {
        return report(lost, 0);
    }

    private static LiveReport report(long lost, long unread) {
        LiveSnapshot seen = new LiveSnapshot(
                "eth0",
                1_000_000_000,
                List.of(),
                LateSample.NONE,
                LateSample.NONE,
                AgeCounts.NONE,
                AgeCounts.NONE,
                LateHistogram.NONE,
                OptionalLong.empty(),
                10,
                lost,
                unread,
                Map.of());
        return new LiveReport(seen, List.of(), Optional.empty());
    }

    private static String json(long lost) {
        return Json.pretty(json -> LiveJson.write(json, report(lost)));
    }

    private static Study readBack(long lost) throws IOException {
        return StudyJsonReader.read(new ByteArrayInputStream(json(lost).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void shouldClaimNothingWhereLateSegmentsWereLost() {
        assertThat(String.join("\n", LiveText.lines(report(0)))).contains(CLAIM);
        assertThat(String.join("\n", LiveText.lines(report(3))))
                .contains("not told, as late segments may be missing", "3 late segments came too fast to be counted")
                .doesNotContain(CLAIM);
        assertThat(json(0)).contains("\"incompleteCaptures\" : 0", "\"risk\" : ", "\"direction\" : \"in\"");
        assertThat(json(3))
                .contains("\"incompleteCaptures\" : 1", "\"enough\" : ")
                .doesNotContain("\"risk\" : ");
    }

    /** Every host with IPv6 sees multicast reports with an extension header. */
    @Test
    void shouldStayCompleteWherePacketsWereNotRead() {
        assertThat(report(0, 2).study().isComplete()).isTrue();
    }

    @Test
    void shouldNotBecomeCompleteByBeingAddedToOthers() throws IOException {
        Study both = readBack(0).plus(readBack(3));
        assertThat(String.join("\n", StudyText.lines(both)))
                .contains("1 capture could be read only in part (see stderr), or was taken live and lost late segments")
                .doesNotContain(CLAIM);
        assertThat(StudyHtml.page(both))
                .contains("not told, as late segments may be missing")
                .doesNotContain(CLAIM);
        assertThat(String.join("\n", StudyText.lines(readBack(0).plus(readBack(0)))))
                .contains(CLAIM);
    }

    private static AgeCounts at(int bucket, long count) {
        long[] counts = new long[AgeBuckets.count()];
        counts[bucket] = count;
        return AgeCounts.of(counts);
    }

    private static LiveClass ended(LiveEnding ending, RoundTripClass roundTrip, long count, AgeCounts latestNeeding) {
        return new LiveClass(
                ending,
                roundTrip,
                count,
                LateHistogram.of(Map.of(LateKind.FIN, latestNeeding)),
                latestNeeding,
                latestNeeding);
    }

    /** 100,000 connections, of which 1,000 were watched for some milliseconds only; 5 of the distant ones had a FIN after 7.5 s. */
    private static LiveReport classes() {
        int last = AgeBuckets.count() - 1;
        AgeCounts late = at(AgeBuckets.indexOf(7_500_000_000L), 5);
        LateHistogram segments = LateHistogram.of(Map.of(LateKind.FIN, late));
        LiveSnapshot seen = new LiveSnapshot(
                "eth0",
                1_000_000_000,
                List.of(
                        ended(LiveEnding.WE_FIRST, RoundTripClass.UNDER_1_MS, 20_000, AgeCounts.NONE),
                        ended(LiveEnding.PEER_FIRST, RoundTripClass.UNDER_1_MS, 36_000, AgeCounts.NONE),
                        ended(LiveEnding.PEER_FIRST, RoundTripClass.UNDER_200_MS, 40_000, late),
                        ended(LiveEnding.WE_FIRST, RoundTripClass.LONGER, 4_000, AgeCounts.NONE),
                        ended(LiveEnding.BROKEN, RoundTripClass.LONGER, 90_000, AgeCounts.NONE)),
                new LateSample(LateHistogram.NONE, segments, at(last, 99_000).plus(at(3, 1_000)), late, late),
                LateSample.NONE,
                AgeCounts.NONE,
                AgeCounts.NONE,
                LateHistogram.NONE,
                OptionalLong.empty(),
                10,
                0,
                0,
                Map.of());
        RemotePrefix prefix = new RemotePrefix(IpAddress.of(new byte[] {(byte) 203, 0, 113, 0}), 24);
        return new LiveReport(seen, List.of(new PrefixRow(prefix, 40_000, segments)), Optional.empty());
    }

    @Test
    void shouldAdviseAFloorForEachClass() throws IOException {
        String text = String.join("\n", LiveText.lines(classes()));
        assertThat(text)
                .contains(
                        "all connections: 8 s: 0 of 99,000 connections watched longer than 60 s had a FIN or data later than 8 s")
                .contains(
                        "round trip under 1 ms, closed first by the peer: 1 s, the least for this class; even 0.001 s would do: 0 of 35,000")
                .contains(
                        "round trip under 200 ms, closed first by the peer: 8 s: 0 of 39,000 connections watched longer than 60 s")
                .contains(
                        "round trip above 200 ms, closed first by this host: keep the default. 26,956 more connections watched longer than 60 s")
                .contains("203.0.113.0/24: 8 s: 0 of 39,000 connections");
        String json = Json.pretty(generator -> LiveJson.write(generator, classes()));
        assertThat(json)
                .doesNotContain("203.0.113")
                .contains("\"class\" : \"round trip under 200 ms, closed first by the peer\"");
        Study back = StudyJsonReader.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
        assertThat(back.advice()).isEqualTo(classes().study().advice());
        assertThat(StudyHtml.page(back))
                .contains("<dt>round trip under 1 ms, closed first by the peer</dt><dd>1 s, the least for this class");
        assertThat(String.join("\n", StudyText.lines(back.plus(back))))
                .contains(
                        "round trip under 1 ms, closed first by the peer: 1 s, the least for this class; even 0.001 s would do: 0 of 70,000")
                .contains(
                        "round trip above 200 ms, closed first by this host: keep the default. 23,956 more connections");
    }
}
