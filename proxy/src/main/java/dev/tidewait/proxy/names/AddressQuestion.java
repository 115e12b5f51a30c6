package dev.tidewait.proxy.names;

import dev.tidewait.proxy.names.RecordQuestion.Outcome;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of one name, both families at once; of a few candidates for the name the first that has any. One use; owned by one
 * event loop.
 *
 * <p>Where one family's addresses are there, the other family has 50 ms to come too (RFC 8305, section 3, Resolution Delay). What is known
 * then is told, to be remembered for a moment only.
 */
final class AddressQuestion {
    private static final long RESOLUTION_DELAY_MILLIS = 50;
    private static final long INCOMPLETE_TTL_SECONDS = 5;

    private final DnsClient client;
    private final List<String> candidates;
    private final Promise<NameAnswer> answer;

    private int candidate;
    private @Nullable RecordQuestion fourQuestion;
    private @Nullable RecordQuestion sixQuestion;
    private @Nullable Outcome four;
    private @Nullable Outcome six;
    private @Nullable ScheduledFuture<?> timer;

    /** @param candidates at least one name, each with a dot at the end */
    AddressQuestion(DnsClient client, List<String> candidates, Promise<NameAnswer> answer) {
        this.client = client;
        this.candidates = candidates;
        this.answer = answer;
        answer.addListener(done -> {
            if (done.isCancelled()) {
                cancel();
            }
        });
    }

    void start() {
        four = null;
        six = null;
        String name = candidates.get(candidate++);
        RecordQuestion askFour = new RecordQuestion(client, name, DnsRecordType.A, outcome -> {
            four = outcome;
            heard(outcome);
        });
        RecordQuestion askSix = new RecordQuestion(client, name, DnsRecordType.AAAA, outcome -> {
            six = outcome;
            heard(outcome);
        });
        fourQuestion = askFour;
        sixQuestion = askSix;
        askSix.start();
        askFour.start();
    }

    private void heard(Outcome outcome) {
        if (answer.isDone()) {
            return;
        }
        if (four != null && six != null) {
            complete(four, six);
        } else if (timer == null
                && outcome instanceof Outcome.Known known
                && !known.addresses().isEmpty()) {
            timer = client.loop().schedule(this::noLonger, RESOLUTION_DELAY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** The other family is late. */
    private void noLonger() {
        Outcome known = four != null ? four : six;
        if (known instanceof Outcome.Known found && !answer.isDone()) {
            found(found.addresses(), Math.min(found.ttlSeconds(), INCOMPLETE_TTL_SECONDS));
            cancel();
        }
    }

    private void complete(Outcome one, Outcome other) {
        List<InetAddress> addresses = new ArrayList<>();
        long ttlSeconds = Long.MAX_VALUE;
        for (Outcome outcome : List.of(one, other)) {
            switch (outcome) {
                case Outcome.Known known -> {
                    addresses.addAll(known.addresses());
                    ttlSeconds = known.addresses().isEmpty() ? ttlSeconds : Math.min(ttlSeconds, known.ttlSeconds());
                }
                case Outcome.Failed failed -> ttlSeconds = Math.min(ttlSeconds, INCOMPLETE_TTL_SECONDS);
            }
        }
        stopTimer();
        if (!addresses.isEmpty()) {
            found(addresses, ttlSeconds);
        } else if (one instanceof Outcome.Failed failed) {
            answer.trySuccess(new NameAnswer.NotFound(failed.why(), failed.detail()));
        } else if (other instanceof Outcome.Failed failed) {
            answer.trySuccess(new NameAnswer.NotFound(failed.why(), failed.detail()));
        } else if (candidate < candidates.size()) {
            start();
        } else {
            answer.trySuccess(new NameAnswer.NotFound(NameFailure.UNKNOWN, ""));
        }
    }

    private void found(List<InetAddress> addresses, long ttlSeconds) {
        answer.trySuccess(new NameAnswer.Found(addresses, ttlSeconds));
    }

    private void cancel() {
        stopTimer();
        if (fourQuestion != null) {
            fourQuestion.cancel();
        }
        if (sixQuestion != null) {
            sixQuestion.cancel();
        }
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
