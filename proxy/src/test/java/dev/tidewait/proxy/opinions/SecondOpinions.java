package dev.tidewait.proxy.opinions;

import dev.tidewait.proxy.http1.Corpus;
import dev.tidewait.proxy.http1.CorpusCase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Plays a corpus against another proxy. */
final class SecondOpinions {
    /** haproxy passes the head on before it has read these trailers; then it depends on whether the server's answer comes first. */
    private static final Set<String> RACING = Set.of("trailer-space-before-colon", "trailer-not-a-field");

    private static final List<String> EITHER = List.of("400", "forwards");

    private static final long DEADLINE_SECONDS = 300;
    private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

    private SecondOpinions() {}

    /** What each of the installed ones makes of every case, by the case's name. They work at the same time. */
    static Map<OtherProxy.Kind, Map<String, Opinion>> ofAll(boolean responses) {
        Map<OtherProxy.Kind, CompletableFuture<Map<String, Opinion>>> running = new EnumMap<>(OtherProxy.Kind.class);
        for (OtherProxy.Kind kind : OtherProxy.Kind.values()) {
            if (kind.isInstalled()) {
                running.put(kind, CompletableFuture.supplyAsync(() -> of(kind, responses), THREADS));
            }
        }
        Map<OtherProxy.Kind, Map<String, Opinion>> all = new EnumMap<>(OtherProxy.Kind.class);
        running.forEach((kind, opinions) -> all.put(
                kind, opinions.orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS).join()));
        return all;
    }

    static boolean isDisputed(CorpusCase one, Map<OtherProxy.Kind, Map<String, Opinion>> all) {
        return all.values().stream().anyMatch(opinions -> !on(one, opinions).agreesWith(one));
    }

    /** Case, rule, what the corpus expects, and what each proxy does, as the begin of a line of a table. */
    static String row(CorpusCase one, Map<OtherProxy.Kind, Map<String, Opinion>> all) {
        StringBuilder row = new StringBuilder("| " + one.name() + " | " + one.section() + " | " + expected(one) + " |");
        all.forEach((kind, opinions) -> row.append(' ')
                .append(word(one, kind, on(one, opinions).word()))
                .append(" |"));
        return row.append(' ').toString();
    }

    private static String word(CorpusCase one, OtherProxy.Kind kind, String word) {
        return kind == OtherProxy.Kind.HAPROXY && RACING.contains(one.name()) && EITHER.contains(word)
                ? String.join(" or ", EITHER)
                : word;
    }

    static Opinion on(CorpusCase one, Map<String, Opinion> opinions) {
        return Objects.requireNonNull(opinions.get(one.name()), one.name());
    }

    private static String expected(CorpusCase one) {
        return switch (one.outcome()) {
            case FORWARD -> "forwards";
            case REFUSED, LATE -> Integer.toString(one.status());
            case CUT -> "cuts";
            case TUNNEL, OWN -> "200";
            case WAIT -> "waits";
        };
    }

    /** What it makes of every case, by the case's name. */
    private static Map<String, Opinion> of(OtherProxy.Kind kind, boolean responses) {
        Map<String, Opinion> opinions = new LinkedHashMap<>();
        List<CorpusCase> cases = responses ? Corpus.responses() : Corpus.requests();
        try (Scratch scratch = new Scratch();
                ScriptedOrigin origin = new ScriptedOrigin();
                OtherProxy proxy = OtherProxy.start(kind, scratch.directory(), origin.port())) {
            for (CorpusCase one : cases) {
                opinions.put(
                        one.name(),
                        responses
                                ? Opinion.onResponse(one, proxy.address(), origin)
                                : Opinion.onRequest(one, proxy.address(), origin));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return opinions;
    }
}
