package dev.tidewait.lab.reload;

import dev.tidewait.lab.JsonObject;
import dev.tidewait.lab.LabException;
import dev.tidewait.lab.ProxyUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Makes one reload after the other, and reads what the proxy says of each: the answer to a POST, the log after a SIGHUP, the metrics after
 * both. Used by one thread.
 */
final class Reloads {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int OK = 200;
    private static final String MARK = "reload: ";

    private final ProxyUnderTest proxy;
    private final Trial trial;
    private Generation generation;

    Reloads(ProxyUnderTest proxy, Trial trial) {
        this.proxy = proxy;
        this.trial = trial;
        this.generation = Generation.of(proxy);
    }

    /** Writes the files of a step, asks for the reload, and waits for its report. */
    ReloadReport make(Step step) {
        write(step);
        LedgerLook before = LedgerLook.at(proxy);
        Generation wanted = generation.plus(step.written().refusal().isEmpty());
        long begin = System.nanoTime();
        String trouble = switch (step.way()) {
            case POST -> post(step, wanted);
            case SIGHUP -> hangUp(step, wanted);
        };
        long tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        generation = Generation.of(proxy);
        if (trouble.isEmpty() && !generation.equals(wanted)) {
            trouble = generation + " where " + wanted + " was due";
        }
        LedgerLook after = LedgerLook.at(proxy);
        if (trouble.isEmpty()) {
            trouble = trial.trouble(step.before(), step.written().after());
        }
        return new ReloadReport(step, trouble, tookMillis, before, after);
    }

    private void write(Step step) {
        ConfigurationText after = step.written().after();
        try {
            Files.writeString(after.places().userFile(), after.users());
        } catch (IOException e) {
            throw new LabException("cannot write the user file: " + e.getMessage(), e);
        }
        proxy.configure(step.written().file());
    }

    /** What is wrong with the answer; empty = nothing. */
    private String post(Step step, Generation wanted) {
        ProxyUnderTest.Answer answer = proxy.post("/reload");
        JsonObject body = JsonObject.parse(answer.body());
        Optional<Written.Refusal> refusal = step.written().refusal();
        boolean isAsWanted = refusal.isPresent()
                ? answer.status() == refusal.get().status()
                        && body.objects("problems").stream()
                                .anyMatch(problem -> problem.text("message")
                                        .contains(refusal.get().words()))
                : answer.status() == OK && changes(body).equals(changes(step));
        isAsWanted &= body.number("generation") == wanted.applied();
        return isAsWanted ? "" : answer.status() + " " + answer.body() + " where " + wish(step) + " was due";
    }

    private static Set<String> changes(JsonObject body) {
        return body.objects("changes").stream()
                .map(change -> ConfigurationText.line(
                        change.text("key"), change.text("before"), change.text("after"), change.text("effect")))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> changes(Step step) {
        return step.before().changesTo(step.written().after());
    }

    private static String wish(Step step) {
        return step.written()
                .refusal()
                .map(Object::toString)
                .orElseGet(() -> changes(step).toString());
    }

    private String hangUp(Step step, Generation wanted) {
        proxy.hangUp();
        if (!holds(() -> Generation.of(proxy).equals(wanted))) {
            return Generation.of(proxy) + " within " + DEADLINE + " where " + wanted + " was due";
        }
        Optional<Written.Refusal> refusal = step.written().refusal();
        boolean isAsWanted = holds(() -> refusal.isPresent()
                ? said().stream().anyMatch(line -> line.contains(refusal.get().words()))
                : reported(wanted).equals(changes(step)));
        return isAsWanted
                ? ""
                : (refusal.isPresent() ? said() : reported(wanted)) + " in the log where " + wish(step) + " was due";
    }

    /** What the log says about reloads. */
    private List<String> said() {
        return proxy.log()
                .lines()
                .filter(line -> line.contains(MARK))
                .map(line -> line.substring(line.indexOf(MARK) + MARK.length()))
                .toList();
    }

    /** The changes that the log reports behind the line about that generation. */
    private Set<String> reported(Generation wanted) {
        List<String> said = said();
        String headline = " applies, generation " + wanted.applied() + ", ";
        for (int i = 0; i < said.size(); i++) {
            if (said.get(i).contains(headline)) {
                return new TreeSet<>(said.subList(i + 1, said.size()));
            }
        }
        return Set.of();
    }

    private static boolean holds(Supplier<Boolean> condition) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.get()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return true;
    }
}
