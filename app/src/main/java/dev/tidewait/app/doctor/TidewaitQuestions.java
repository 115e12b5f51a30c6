package dev.tidewait.app.doctor;

import dev.tidewait.doctor.census.CensusNote;
import dev.tidewait.doctor.census.TidewaitAccount;
import dev.tidewait.doctor.census.TidewaitAccounts;
import dev.tidewait.doctor.host.TidewaitPrograms;
import dev.tidewait.linux.PortBits;
import dev.tidewait.linux.PortBlockLock;
import dev.tidewait.proxy.address.Addresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks the Tidewait programs of this network namespace for their ledgers, all at once, while the caller does something else. Used by one thread, in the
 * namespace of that thread, once.
 */
public final class TidewaitQuestions {
    private static final String PATH = "/ports";

    /** Beyond the deadline that each question has itself. */
    private static final long GRACE_NANOS = 20_000_000;

    private static final String SWITCH_ON = "Switch it on: admin in the configuration file, --admin of run and attach.";

    private final TidewaitPrograms programs;
    private final long deadlineNanos;
    private final List<Question> questions = new ArrayList<>();
    private final List<TidewaitAccount> accounts = new ArrayList<>();
    private final List<CensusNote> notes = new ArrayList<>();
    private boolean isAnySilent;

    private record Question(InetSocketAddress endpoint, FutureTask<AccountReader.Result> answer) {}

    private TidewaitQuestions(TidewaitPrograms programs, long deadlineNanos) {
        this.programs = programs;
        this.deadlineNanos = deadlineNanos;
    }

    /**
     * Begins to ask all of them.
     *
     * @param limit no answer is waited for longer, from now on
     */
    public static TidewaitQuestions ask(TidewaitPrograms programs, Duration limit) {
        TidewaitQuestions asked = new TidewaitQuestions(programs, System.nanoTime() + limit.toNanos());
        programs.admins().forEach(asked::ask);
        return asked;
    }

    /** Waits for what is still to come, until the limit has passed. */
    public TidewaitAccounts answers() throws InterruptedException {
        for (Question question : questions) {
            await(question);
        }
        noteUnasked();
        if (programs.hasMore()) {
            notes.add(new CensusNote(
                    "the Tidewait programs beyond the first " + TidewaitPrograms.MOST_ADMINS,
                    "more than " + TidewaitPrograms.MOST_ADMINS
                            + " admin endpoints are named in this network namespace, and no more are asked",
                    "See who made them: grep tidewait/admin /proc/net/unix."));
        }
        return new TidewaitAccounts(accounts, notes);
    }

    private void ask(InetSocketAddress endpoint) {
        FutureTask<AccountReader.Result> answer =
                new FutureTask<>(() -> AccountReader.read(PageRequest.get(endpoint, PATH, deadlineNanos)));
        // A new platform thread is in the namespace of the one that starts it; a virtual one is anywhere.
        Thread.ofPlatform().daemon().name("tidewait-question").start(answer);
        questions.add(new Question(endpoint, answer));
    }

    private void await(Question question) throws InterruptedException {
        try {
            long left = Math.max(0, deadlineNanos + GRACE_NANOS - System.nanoTime());
            take(question.endpoint, question.answer.get(left, TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            noteSilent(question.endpoint, "it does not answer in time");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            noteSilent(
                    question.endpoint,
                    cause instanceof IOException failure
                            ? String.valueOf(failure.getMessage())
                            : "of an error of this program");
        }
    }

    private void take(InetSocketAddress endpoint, AccountReader.Result result) {
        TidewaitAccount account = result.account();
        if (account.ports().isEmpty()) {
            noteSilent(endpoint, "it tells of no ports");
            return;
        }
        BitSet elsewhere = account.ports().toBitSet();
        elsewhere.andNot(programs.ports().toBitSet());
        if (!elsewhere.isEmpty()) {
            return; // `attach` to a program in another network namespace: its ports are there
        }
        Optional<String> objection = AnswerRight.objection(endpoint, account.ports(), programs);
        if (objection.isPresent()) {
            noteSilent(endpoint, objection.get());
            return;
        }
        if (accounts.stream()
                .anyMatch(other -> !other.ports().and(account.ports()).isEmpty())) {
            noteSilent(endpoint, "it tells of ports that another one has told of");
            return;
        }
        accounts.add(account);
        if (result.missing() > 0) {
            notes.add(new CensusNote(
                    result.missing() + " destinations of the Tidewait program at " + Addresses.text(endpoint)
                            + " are not looked at",
                    "its page shows those that are most endangered",
                    "None needed: the others are further from their end."));
        }
    }

    private void noteSilent(InetSocketAddress endpoint, String why) {
        isAnySilent = true;
        notes.add(new CensusNote(
                "the ledgers of the Tidewait program at " + Addresses.text(endpoint),
                why,
                "See whether it is well: its log, or curl http://" + Addresses.text(endpoint) + PATH + "."));
    }

    /** Blocks that somebody owns who could not be asked. */
    private void noteUnasked() {
        BitSet unasked = programs.ports().toBitSet();
        for (TidewaitAccount account : accounts) {
            for (int port : account.ports().toArray()) {
                int first = port - port % PortBlockLock.BLOCK_PORTS;
                unasked.clear(first, first + PortBlockLock.BLOCK_PORTS);
            }
        }
        if (!unasked.isEmpty()) {
            notes.add(new CensusNote(
                    "the ledgers of the Tidewait program that owns the ports " + PortBits.copyOf(unasked),
                    isAnySilent
                            ? "it is one of those that could not be asked, or has no admin endpoint in this network namespace"
                            : "it has no admin endpoint in this network namespace",
                    SWITCH_ON));
        }
    }
}
