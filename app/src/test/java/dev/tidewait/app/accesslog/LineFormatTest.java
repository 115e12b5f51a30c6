package dev.tidewait.app.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.proxy.facts.ExchangeFacts;
import dev.tidewait.proxy.facts.ExchangeRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** What lines look like, and that nobody can forge one. */
final class LineFormatTest {
    /** Apache's own fields, and then key=value with or without quotes. */
    private static final Pattern COMBINED = Pattern.compile(
            "(?<host>\\S+) - (?<user>\\S+) \\[(?<time>[^\\]]+)] \"(?<request>(?:[^\"\\\\]|\\\\.)*)\" (?<status>\\S+) (?<bytes>\\S+) "
                    + "\"-\" \"-\"(?<more>(?: [a-z_]+=(?:[^\" ]+|\"(?:[^\"\\\\]|\\\\.)*\"))+)");

    private static final String[] NASTY = {
        "\n",
        "\r\n",
        "\"",
        "\\",
        "\u0000",
        "\u001b[2J",
        "\u007f",
        "\u0085",
        "\u2028",
        "\ud83d\ude00",
        "\ud83d",
        " ",
        "'",
        "é",
        "] \"",
        "\",\"status\":200",
        "\" 200 0",
        "=",
        "%0a",
        "?"
    };

    @Test
    void shouldWriteAnExchangeAsJson() {
        assertThat(line(new JsonLines(false), Records.tunnel("example.net:443", "ann")))
                .isEqualTo(
                        "{\"time\":\"2025-11-27T05:38:51.042Z\",\"listener\":\"web\",\"kind\":\"connect\",\"client\":\"10.1.2.3\","
                                + "\"clientPort\":40112,\"user\":\"ann\",\"method\":\"CONNECT\",\"target\":\"example.net:443\","
                                + "\"protocol\":\"HTTP/1.1\",\"status\":200,\"connectAttempts\":1,\"server\":\"[2001:db8::7]:443\","
                                + "\"source\":\"198.51.100.1:20417\",\"portWaitMillis\":3,\"connectMillis\":12,\"ageAtReuseMillis\":60123,"
                                + "\"portAttempts\":1,\"reusedConnection\":false,\"bytesUp\":517,\"bytesDown\":90210,"
                                + "\"durationMillis\":1234,\"closedFirst\":\"client\",\"cause\":\"client_closed\"}\n");
    }

    @Test
    void shouldWriteAnExchangeInCombinedFormat() {
        assertThat(line(new CombinedLines(false), Records.tunnel("example.net:443", "ann")))
                .isEqualTo(
                        "10.1.2.3 - ann [27/Nov/2025:05:38:51 +0000] \"CONNECT example.net:443 HTTP/1.1\" 200 90210 \"-\" \"-\""
                                + " client_port=40112 listener=web kind=connect connect_attempts=1 server=[2001:db8::7]:443"
                                + " source=198.51.100.1:20417 port_wait_ms=3 connect_ms=12 age_ms=60123 port_attempts=1 reused=no bytes_up=517"
                                + " duration_ms=1234 closed_first=client cause=client_closed\n");
    }

    @Test
    void shouldSayWhyAnExchangeFailed() {
        ExchangeRecord failed = Records.failed("http://example.nett/", "The name example.nett has no address.");

        assertThat(line(new JsonLines(false), failed))
                .contains(
                        "\"client\":\"10.1.2.3\"",
                        "\"status\":502",
                        "\"closedFirst\":\"proxy\"",
                        "\"cause\":\"not_connected\"")
                .endsWith("\"error\":\"name_unknown\",\"details\":\"The name example.nett has no address.\"}\n")
                .doesNotContain("user", "server");
        assertThat(line(new CombinedLines(false), failed))
                .startsWith("10.1.2.3 - - [")
                .endsWith(" closed_first=proxy cause=not_connected error=name_unknown"
                        + " details=\"The name example.nett has no address.\"\n");
    }

    @Test
    void shouldLeaveQueriesOutUnlessTheyAreWanted() {
        ExchangeRecord search = Records.failed("http://example.net/find?q=secret?x", "no");

        assertThat(line(new JsonLines(false), search))
                .contains("\"http://example.net/find?\"")
                .doesNotContain("secret");
        assertThat(line(new CombinedLines(false), search)).contains("GET http://example.net/find? HTTP/1.1");
        assertThat(line(new JsonLines(true), search)).contains("find?q=secret?x\"");
        assertThat(line(new CombinedLines(true), search)).contains("find?q=secret?x HTTP/1.1");
    }

    @Test
    void shouldCutWhatIsTooLong() {
        String target = "http://example.net/" + "x".repeat(ExchangeFacts.MOST_CHARACTERS);
        assertThat(line(new JsonLines(true), Records.failed(target, "y".repeat(100_000)))
                        .length())
                .isLessThan(2 * ExchangeFacts.MOST_CHARACTERS + 1_000);
    }

    @Test
    void shouldKeepOneLineForOneExchangeWhateverAClientSends() {
        Random random = new Random(20_12);
        for (int round = 0; round < 2_000; round++) {
            String foreign = nasty(random);
            ExchangeRecord record =
                    round % 2 == 0 ? Records.tunnel(foreign, nasty(random)) : Records.failed(foreign, nasty(random));
            Map<String, String> fields = parse(onlyLine(new JsonLines(true), record));
            assertThat(fields.getOrDefault("target", "")).isEqualTo(record.target());
            assertThat(fields.getOrDefault("user", "")).isEqualTo(record.user());
            assertThat(fields.getOrDefault("details", ""))
                    .isEqualTo(record.failure().map(f -> f.text()).orElse(""));
            assertThat(fields).containsEntry("cause", JsonLines.word(record.cause()));

            Matcher combined = COMBINED.matcher(onlyLine(new CombinedLines(true), record));
            assertThat(combined.matches()).isTrue();
            assertThat(combined.group("status")).isEqualTo(Integer.toString(record.status()));
            assertThat(combined.group("bytes")).isEqualTo(Long.toString(record.bytesDown()));
            assertThat(combined.group("more")).contains(" cause=" + JsonLines.word(record.cause()));
        }
    }

    private static String nasty(Random random) {
        StringBuilder text = new StringBuilder("a");
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append(NASTY[random.nextInt(NASTY.length)]).append((char) random.nextInt(0x250));
        }
        return text.toString();
    }

    /** Printable ASCII, and one line feed at the end. */
    private static String onlyLine(LineFormat format, ExchangeRecord record) {
        String line = line(format, record);
        assertThat(line.substring(0, line.length() - 1)).matches("[ -~]+");
        assertThat(line).endsWith("\n");
        return line.substring(0, line.length() - 1);
    }

    private static String line(LineFormat format, ExchangeRecord record) {
        LineBuffer buffer = new LineBuffer();
        format.write(record, buffer);
        return buffer.toString();
    }

    private static Map<String, String> parse(String line) {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), line)) {
            assertThat(json.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                json.nextToken();
                assertThat(fields.put(name, json.getString()))
                        .as("%s is written once", name)
                        .isNull();
            }
            assertThat(json.currentToken()).isEqualTo(JsonToken.END_OBJECT);
            assertThat(json.nextToken()).isNull();
        }
        return fields;
    }
}
