package dev.tidewait.app.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/access-log.md describes what is written, all of it. */
final class AccessLogDocumentTest {
    private static final Pattern JSON_FIELD = Pattern.compile("\"([a-zA-Z]+)\":");
    private static final Pattern COMBINED_FIELD = Pattern.compile(" ([a-z_]+=)");

    @Test
    void shouldDescribeEveryField() throws IOException {
        String table = Files.readString(Path.of("../docs/access-log.md"));
        LineBuffer json = new LineBuffer();
        LineBuffer combined = new LineBuffer();
        for (LineFormat format : new LineFormat[] {new JsonLines(true), new CombinedLines(true)}) {
            LineBuffer to = format instanceof JsonLines ? json : combined;
            format.write(Records.tunnel("a:443", "ann"), to);
            format.write(Records.failed("http://a/", "text"), to);
        }
        assertThat(JSON_FIELD.matcher(json.toString()).results())
                .hasSizeGreaterThan(30)
                .allSatisfy(field -> assertThat(table).contains("\n| `" + field.group(1) + "` |"));
        assertThat(COMBINED_FIELD.matcher(combined.toString()).results())
                .hasSizeGreaterThan(20)
                .allSatisfy(field -> assertThat(table).contains("`" + field.group(1)));
    }
}
