package dev.tidewait.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * Messages of the corpus with bytes changed, dropped, doubled or taken from another message. Whatever comes, the readers end in one of their
 * outcomes, in the same however the bytes are cut, and what is sent on reads the same again.
 */
class MutationTest {
    private static final int ROUNDS = 2000;
    private static final String SPICES = "\r\n\0 \t:;,=\"\\0159afAFxX+-#@[]/?*%\u007f\u0080\u00ff";

    private final List<CorpusCase> requests = Corpus.requests().stream()
            .filter(one -> one.client().length() < 600)
            .toList();
    private final List<CorpusCase> responses = Corpus.responses().stream()
            .filter(one -> one.server().length() < 600)
            .toList();

    @RepeatedTest(4)
    void shouldReadMutatedRequestsInOneWay(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<String> texts = requests.stream().map(CorpusCase::client).toList();
        for (int i = 0; i < ROUNDS; i++) {
            String text = mutate(texts, random);
            Rehearsal whole = request(Pieces.whole(text));
            Rehearsal cut = request(Pieces.random(text, random));
            assertThat(cut.outcome).as(text).isEqualTo(whole.outcome);
            assertThat(cut.failure).as(text).isEqualTo(whole.failure);
            if (whole.outcome == CorpusCase.Outcome.FORWARD) {
                assertThat(cut.sentOnText()).as(text).isEqualTo(whole.sentOnText());
                checkWhatIsSentOn(whole);
            }
        }
    }

    /** An origin server that is as strict finds the same number of requests in it, with the same content. */
    private static void checkWhatIsSentOn(Rehearsal sent) {
        ByteBuf bytes = sent.sentOn.duplicate();
        RequestReader reader = new RequestReader(1 << 20);
        for (RequestHead before : sent.requests) {
            RequestReading reading = reader.read(bytes);
            assertThat(reading).as(sent.sentOnText()).isInstanceOf(RequestReading.Read.class);
            RequestHead after = ((RequestReading.Read) reading).head();
            assertThat(after.method()).isEqualTo(before.method());
            assertThat(after.body()).isEqualTo(before.body());
            assertThat(after.upgrade()).isEqualTo(before.upgrade());
            BodyReader body = BodyReader.ofRequest(after);
            bytes.skipBytes(body.extent(bytes));
            assertThat(body.isComplete()).isTrue();
        }
        assertThat(bytes.isReadable()).as(sent.sentOnText()).isFalse();
    }

    @RepeatedTest(4)
    void shouldReadMutatedResponsesInOneWay(RepetitionInfo repetition) {
        Random random = new Random(1000 + repetition.getCurrentRepetition());
        List<String> texts = responses.stream().map(CorpusCase::server).toList();
        List<RequestHead> asked = Stream.of(
                        "GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n",
                        "HEAD http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n",
                        "GET http://a.test/ HTTP/1.0\r\n\r\n")
                .map(text -> request(Pieces.whole(text)).requests.getFirst())
                .toList();
        for (int i = 0; i < ROUNDS; i++) {
            String text = mutate(texts, random);
            RequestHead request = asked.get(random.nextInt(asked.size()));
            boolean ends = random.nextBoolean();
            Rehearsal whole = response(request, Pieces.whole(text), ends);
            Rehearsal cut = response(request, Pieces.random(text, random), ends);
            assertThat(cut.outcome).as(text).isEqualTo(whole.outcome);
            assertThat(cut.failure).as(text).isEqualTo(whole.failure);
            if (whole.outcome == CorpusCase.Outcome.FORWARD) {
                assertThat(cut.sentOnText()).as(text).isEqualTo(whole.sentOnText());
            }
        }
    }

    @RepeatedTest(4)
    void shouldSurviveNoise(RepetitionInfo repetition) {
        Random random = new Random(2000 + repetition.getCurrentRepetition());
        for (int i = 0; i < ROUNDS; i++) {
            byte[] noise = new byte[1 + random.nextInt(80)];
            random.nextBytes(noise);
            String text = new String(noise, StandardCharsets.ISO_8859_1);
            assertThat(request(Pieces.whole(text)).outcome).isIn(CorpusCase.Outcome.REFUSED, CorpusCase.Outcome.WAIT);
            ByteBuf chunks = Unpooled.wrappedBuffer(noise);
            ChunkScanner scanner = new ChunkScanner(Part.REQUEST_TRAILERS);
            readToTheEnd(scanner, chunks);
        }
    }

    private static void readToTheEnd(ChunkScanner scanner, ByteBuf in) {
        try {
            int at = 0;
            while (at < in.writerIndex() && !scanner.isComplete()) {
                int length = scanner.run(in, at);
                assertThat(length).isPositive();
                at += length;
            }
        } catch (Malformed expected) {
            assertThat(expected.failure(true).text()).isNotEmpty();
        }
    }

    private static Rehearsal request(List<ByteBuf> pieces) {
        Rehearsal rehearsal = new Rehearsal();
        rehearsal.requests(pieces);
        return rehearsal;
    }

    private static Rehearsal response(RequestHead request, List<ByteBuf> pieces, boolean ends) {
        Rehearsal rehearsal = new Rehearsal();
        rehearsal.response(request, pieces, ends);
        return rehearsal;
    }

    private static String mutate(List<String> texts, Random random) {
        StringBuilder text = new StringBuilder(texts.get(random.nextInt(texts.size())));
        for (int count = 1 + random.nextInt(3); count > 0; count--) {
            int at = random.nextInt(text.length() + 1);
            String other = texts.get(random.nextInt(texts.size()));
            switch (random.nextInt(5)) {
                case 0 -> text.insert(at, SPICES.charAt(random.nextInt(SPICES.length())));
                case 1 -> text.replace(at, Math.min(at + 1, text.length()), spice(random));
                case 2 -> text.delete(at, Math.min(at + 1 + random.nextInt(3), text.length()));
                case 3 -> {
                    int end = Math.min(text.length(), at + random.nextInt(20));
                    text.insert(at, text.substring(at, end));
                }
                default -> {
                    int from = random.nextInt(other.length() + 1);
                    text.insert(at, other, from, Math.min(other.length(), from + random.nextInt(40)));
                }
            }
        }
        return text.toString();
    }

    private static String spice(Random random) {
        return String.valueOf(SPICES.charAt(random.nextInt(SPICES.length())));
    }
}
