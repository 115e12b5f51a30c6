package dev.tidewait.proxy.opinions;

import dev.tidewait.proxy.http1.Corpus;
import dev.tidewait.proxy.http1.CorpusCase;
import java.io.IOException;
import java.util.Map;

/** Prints the table of docs/http-conformance.md without its last column: where other proxies disagree with the corpus. With an argument also what they sent on. */
final class SecondOpinionsMain {
    private SecondOpinionsMain() {}

    private static String printable(String bytes) {
        return bytes.replace("\r", "\\r").replace("\n", "\\n");
    }

    public static void main(String[] args) throws IOException {
        for (boolean responses : new boolean[] {false, true}) {
            Map<OtherProxy.Kind, Map<String, Opinion>> all = SecondOpinions.ofAll(responses);
            System.out.println("## " + (responses ? "Responses" : "Requests"));
            for (CorpusCase one : responses ? Corpus.responses() : Corpus.requests()) {
                if (SecondOpinions.isDisputed(one, all)) {
                    System.out.println(SecondOpinions.row(one, all) + one.title() + " |");
                    if (args.length > 0) {
                        all.forEach((kind, opinions) -> System.out.println(kind + " sent on: "
                                + printable(SecondOpinions.on(one, opinions).serverGot())));
                    }
                }
            }
        }
    }
}
