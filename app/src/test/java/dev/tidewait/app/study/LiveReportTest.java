package dev.tidewait.app.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.app.Json;
import dev.tidewait.evidence.late.AgeCounts;
import dev.tidewait.evidence.late.LateHistogram;
import dev.tidewait.evidence.late.LateSample;
import dev.tidewait.evidence.live.LiveSnapshot;
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
                0,
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
}
