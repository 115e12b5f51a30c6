package dev.tidewait.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every case of the corpus, in one piece, byte by byte, and cut at random: always the same outcome. */
class CorpusTest {
    private static final int RANDOM_CUTS = 20;

    static Stream<CorpusCase> requests() {
        return Corpus.requests().stream();
    }

    static Stream<CorpusCase> responses() {
        return Corpus.responses().stream();
    }

    @ParameterizedTest
    @MethodSource("requests")
    void shouldReadRequestAsExpected(CorpusCase expected) {
        Random random = new Random(expected.name().hashCode());
        checkRequest(expected, Pieces.whole(expected.client()));
        checkRequest(expected, Pieces.single(expected.client()));
        for (int i = 0; i < RANDOM_CUTS; i++) {
            checkRequest(expected, Pieces.random(expected.client(), random));
        }
    }

    private static void checkRequest(CorpusCase expected, List<ByteBuf> pieces) {
        Rehearsal rehearsal = new Rehearsal();
        rehearsal.requests(pieces);
        check(expected, rehearsal, expected.serverGets());
    }

    @ParameterizedTest
    @MethodSource("responses")
    void shouldReadResponseAsExpected(CorpusCase expected) {
        Random random = new Random(expected.name().hashCode());
        checkResponse(expected, Pieces.whole(expected.server()));
        checkResponse(expected, Pieces.single(expected.server()));
        for (int i = 0; i < RANDOM_CUTS; i++) {
            checkResponse(expected, Pieces.random(expected.server(), random));
        }
    }

    private static void checkResponse(CorpusCase expected, List<ByteBuf> pieces) {
        Rehearsal asked = new Rehearsal();
        asked.requests(Pieces.whole(expected.client()));
        Rehearsal rehearsal = new Rehearsal();
        rehearsal.response(asked.requests.getFirst(), pieces, expected.serverEnds());
        check(expected, rehearsal, expected.clientGets());
    }

    private static void check(CorpusCase expected, Rehearsal rehearsal, String sentOn) {
        String why = rehearsal.failure.map(failure -> failure.text()).orElse("no failure");
        assertThat(rehearsal.outcome).as(why).isEqualTo(expected.outcome());
        if (rehearsal.failure.isPresent() && expected.status() > 0) {
            assertThat(rehearsal.status()).as(why).isEqualTo(expected.status());
        }
        if (!sentOn.isEmpty()) {
            assertThat(rehearsal.sentOnText()).isEqualTo(sentOn);
        }
        if (expected.outcome() == CorpusCase.Outcome.REFUSED) {
            assertThat(rehearsal.sentOnText()).isEmpty();
        }
    }

    @Test
    void shouldBeCountedInTheDocumentation() throws IOException {
        assertThat(Files.readString(Path.of("..", "docs", "http-conformance.md")))
                .contains(" " + Corpus.requests().size() + " requests in")
                .contains(" " + Corpus.responses().size() + " responses in");
    }

    @Test
    void shouldSayWhichBytesAreSentOn() {
        for (CorpusCase one : Corpus.requests()) {
            boolean sentOn = one.outcome() == CorpusCase.Outcome.FORWARD;
            assertThat(!one.serverGets().isEmpty()).as(one.name()).isEqualTo(sentOn);
        }
        for (CorpusCase one : Corpus.responses()) {
            boolean sentOn = one.outcome() == CorpusCase.Outcome.FORWARD;
            assertThat(!one.clientGets().isEmpty()).as(one.name()).isEqualTo(sentOn);
        }
    }

    @Test
    void shouldHaveManyCasesEachWithItsRuleAndItsOwnName() {
        for (List<CorpusCase> cases : List.of(Corpus.requests(), Corpus.responses())) {
            Set<String> names = new HashSet<>();
            assertThat(cases).allSatisfy(one -> {
                assertThat(names.add(one.name())).as("only one " + one.name()).isTrue();
                assertThat(one.section()).matches("RFC \\d{4} [C\\d.]+|WHATWG URL");
            });
        }
        assertThat(Corpus.requests().size() + Corpus.responses().size()).isGreaterThanOrEqualTo(300);
    }
}
