package dev.tidewait.proxy.opinions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.proxy.http1.Corpus;
import dev.tidewait.proxy.http1.CorpusCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** haproxy, nginx and squid on the same corpus; docs/http-conformance.md explains every disagreement. Without one of them, the others are asked. */
class SecondOpinionsTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "http-conformance.md");

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldExplainEveryDisagreement(boolean responses) throws IOException {
        Map<OtherProxy.Kind, Map<String, Opinion>> all = SecondOpinions.ofAll(responses);
        List<CorpusCase> cases = responses ? Corpus.responses() : Corpus.requests();
        assertThat(all.values()).allSatisfy(opinions -> assertThat(opinions).hasSameSizeAs(cases));
        String document = Files.readString(DOCUMENT);
        if (isAboutTheseVersions(document)) {
            List<String> expected = new ArrayList<>();
            for (CorpusCase one : cases) {
                if (SecondOpinions.isDisputed(one, all)) {
                    expected.add(SecondOpinions.row(one, all).strip());
                }
            }
            assertThat(rows(document, responses)).containsExactlyElementsOf(expected);
        }
    }

    /** Another version may well have other opinions. */
    private static boolean isAboutTheseVersions(String document) throws IOException {
        for (OtherProxy.Kind kind : OtherProxy.Kind.values()) {
            if (!kind.isInstalled()
                    || !document.contains(kind.name().toLowerCase(Locale.ROOT) + " " + kind.version())) {
                return false;
            }
        }
        return true;
    }

    /** The table without its last column. */
    private static List<String> rows(String document, boolean responses) {
        int end = document.indexOf("## Responses");
        String half = responses ? document.substring(end) : document.substring(document.indexOf("## Requests"), end);
        return half.lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| case "))
                .peek(line -> assertThat(line).as("explained").doesNotEndWith("|  |"))
                .map(line -> line.substring(0, line.lastIndexOf(" | ") + 2))
                .toList();
    }
}
