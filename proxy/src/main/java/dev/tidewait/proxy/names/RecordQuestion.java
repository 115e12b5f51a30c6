package dev.tidewait.proxy.names;

import io.netty.channel.AddressedEnvelope;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.resolver.dns.DnsNameResolverException;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of one family of one name: asks one server after the other, a few rounds, and follows aliases. One use; owned by one
 * event loop.
 */
final class RecordQuestion {
    /** What came of it; immutable. */
    sealed interface Outcome {
        /** @param addresses none if the name has none of this family, or does not exist */
        record Known(List<InetAddress> addresses, long ttlSeconds) implements Outcome {}

        record Failed(NameFailure why, String detail) implements Outcome {}
    }

    private static final Outcome.Known NONE = new Outcome.Known(List.of(), 0);

    private final DnsClient client;
    private final DnsRecordType type;
    private final Consumer<Outcome> done;
    private final List<InetSocketAddress> servers;

    private DnsQuestion question;
    private int aliases;
    private long ttlSeconds = Long.MAX_VALUE;
    private int tries;
    private String error = "";
    private @Nullable Future<?> underWay;
    private boolean over;

    /** @param name with a dot at the end */
    RecordQuestion(DnsClient client, String name, DnsRecordType type, Consumer<Outcome> done) {
        this.client = client;
        this.type = type;
        this.done = done;
        this.servers = client.order().next(System.nanoTime());
        this.question = new DefaultDnsQuestion(name, type);
    }

    void start() {
        InetSocketAddress server = servers.get(tries % servers.size());
        tries++;
        Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> answer = client.ask(server, question);
        underWay = answer;
        answer.addListener((Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> came) -> {
            if (came.isSuccess()) {
                client.order().answered(server);
                read(came.getNow());
            } else if (!over) {
                failed(server, came.cause());
            }
        });
    }

    private void read(AddressedEnvelope<DnsResponse, InetSocketAddress> message) {
        RecordAnswer answer;
        try {
            answer = RecordAnswer.read(message.content(), question.name(), type);
        } finally {
            message.release();
        }
        if (over) {
            return;
        }
        switch (answer) {
            case RecordAnswer.Addresses found ->
                end(new Outcome.Known(found.addresses(), Math.min(ttlSeconds, found.ttlSeconds())));
            case RecordAnswer.Alias alias -> follow(alias);
            case RecordAnswer.None none -> end(NONE);
            case RecordAnswer.Failed failed -> {
                error = failed.code();
                another();
            }
        }
    }

    private void follow(RecordAnswer.Alias alias) {
        if (++aliases > RecordAnswer.MOST_ALIASES) {
            end(new Outcome.Failed(NameFailure.SERVER_FAILED, "more than " + RecordAnswer.MOST_ALIASES + " aliases"));
            return;
        }
        ttlSeconds = Math.min(ttlSeconds, alias.ttlSeconds());
        question = new DefaultDnsQuestion(alias.target(), type);
        tries--; // the server that has answered goes on
        start();
    }

    private void failed(InetSocketAddress server, Throwable cause) {
        if (cause instanceof DnsNameResolverTimeoutException) {
            client.order().silent(server, System.nanoTime());
        } else if (cause instanceof DnsNameResolverException) {
            client.order().silent(server, System.nanoTime());
            error = String.valueOf(
                    cause.getCause() == null
                            ? cause.getMessage()
                            : cause.getCause().getMessage());
        } else {
            end(new Outcome.Failed(NameFailure.LOCAL, String.valueOf(cause.getMessage())));
            return;
        }
        another();
    }

    private void another() {
        if (tries < servers.size() * client.conf().attempts()) {
            start();
        } else {
            end(
                    error.isEmpty()
                            ? new Outcome.Failed(NameFailure.TIMED_OUT, "")
                            : new Outcome.Failed(NameFailure.SERVER_FAILED, error));
        }
    }

    private void end(Outcome outcome) {
        over = true;
        done.accept(outcome);
    }

    void cancel() {
        over = true;
        Future<?> question = underWay;
        if (question != null) {
            question.cancel(false);
        }
    }
}
