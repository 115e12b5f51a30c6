package dev.tidewait.proxy;

import dev.tidewait.netty.ConnectFailedException;
import dev.tidewait.netty.ConnectFailedException.Reason;
import dev.tidewait.netty.ConnectRequest;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the first of a few addresses that answers (RFC 8305, section 5, "happy eyeballs"). One use; owned by one event loop.
 *
 * <p>The addresses are tried in their order: the next one 250 ms after the one before, or as soon as one fails. The first that is
 * connected wins; the others are cancelled, leave the line for a port, and their leases come back. So an address that does not answer, or
 * to which there is no port just now, holds up the next one for 250 ms and no longer. Trouble of this host ({@link Reason#LOCAL}) ends it at once.
 *
 * <p>It is not free: a server farther away than 250 ms costs a second port for each of its other addresses.
 */
final class Race {
    /** Whose race it is; called on the event loop. */
    interface Judge {
        /** Whether the winner is sent something at once, see {@link ConnectRequest}. */
        boolean speaksFirst();

        /** An attempt is about to begin. */
        void attempting();

        /** One address failed; others may still answer. */
        void attemptFailed(Reason reason);

        /**
         * @param tookNanos from the beginning of the attempt that won
         * @param overtook whether the first address of all was still silent
         */
        void won(Channel channel, InetSocketAddress address, long tookNanos, boolean overtook);

        /** All have failed; see {@link Attempts#failure()}. */
        void lost();
    }

    /** RFC 8305, section 8: the recommended Connection Attempt Delay. */
    static final long DELAY_MILLIS = 250;

    private final Outbound outbound;
    private final Roster roster;
    private final Attempts attempts;
    private final Judge judge;
    private final List<InetSocketAddress> addresses;

    private final List<Attempt> underWay;
    private int nextIndex;
    private @Nullable ScheduledFuture<?> timer;
    private boolean over;
    private boolean unwanted;

    /**
     * @param addresses at least one
     */
    Race(Outbound outbound, Roster roster, Attempts attempts, Judge judge, List<InetSocketAddress> addresses) {
        this.outbound = outbound;
        this.roster = roster;
        this.attempts = attempts;
        this.judge = judge;
        this.addresses = addresses;
        this.underWay = new ArrayList<>(addresses.size());
    }

    /** May end before it returns. */
    void start() {
        timer = null;
        InetSocketAddress address = addresses.get(nextIndex++);
        long nowNanos = roster.nanoTime();
        long portWaitMillis = attempts.portWaitLeftMillis(outbound.portWaitMillis(), nowNanos);
        attempts.begun(nowNanos);
        judge.attempting();
        Future<Channel> answer = outbound.connector()
                .connect(new ConnectRequest(
                        roster.loop(),
                        address,
                        ConnectRequest.NO_HANDLER,
                        false,
                        portWaitMillis,
                        outbound.connectMillis(),
                        judge.speaksFirst()));
        Attempt attempt = new Attempt(answer, address, nowNanos);
        underWay.add(attempt);
        answer.addListener(attempt);
        if (!over && timer == null && nextIndex < addresses.size()) {
            timer = roster.loop().schedule(this::start, DELAY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** One address on its way. */
    private final class Attempt implements GenericFutureListener<Future<Channel>> {
        private final Future<Channel> answer;
        private final InetSocketAddress address;
        private final long sinceNanos;

        Attempt(Future<Channel> answer, InetSocketAddress address, long sinceNanos) {
            this.answer = answer;
            this.address = address;
            this.sinceNanos = sinceNanos;
        }

        @Override
        public void operationComplete(Future<Channel> done) {
            if (over) {
                if (done.isSuccess()) {
                    close(done.getNow());
                }
                return;
            }
            underWay.remove(this);
            if (!done.isSuccess()) {
                failed(failure(done.cause()));
            } else if (!done.getNow().isActive()) {
                failed(new ConnectFailedException(
                        Reason.RESET, address, "The server closed the connection while it was being opened.", null));
            } else {
                boolean overtook = !underWay.isEmpty()
                        && underWay.stream().anyMatch(other -> other.address.equals(addresses.getFirst()));
                end();
                judge.won(done.getNow(), address, roster.nanoTime() - sinceNanos, overtook);
            }
        }

        private ConnectFailedException failure(Throwable cause) {
            return cause instanceof ConnectFailedException known
                    ? known
                    : new ConnectFailedException(Reason.LOCAL, address, "The connector failed: " + cause, cause);
        }
    }

    private void failed(ConnectFailedException failure) {
        judge.attemptFailed(failure.reason());
        attempts.failed(failure, roster.nanoTime(), outbound.connectMillis());
        if (attempts.isStopped()) {
            end();
            judge.lost();
        } else if (nextIndex < addresses.size()) {
            stopTimer();
            start();
        } else if (underWay.isEmpty()) {
            end();
            judge.lost();
        }
    }

    /** Gives all up; the judge hears nothing more. */
    void cancel() {
        unwanted = true;
        end();
    }

    /** The connector has not answered for much longer than it may take; the judge hears nothing more. */
    void giveUp() {
        attempts.failed(
                new ConnectFailedException(
                        Reason.LOCAL, addresses.getFirst(), "The connector gave no answer in time.", null),
                roster.nanoTime(),
                0);
        cancel();
    }

    private void end() {
        over = true;
        stopTimer();
        for (Attempt attempt : underWay) {
            attempt.answer.cancel(false);
        }
        underWay.clear();
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** Too late, and it could not be cancelled. A server whose client is gone hears so; to the other it is a connection without a request. */
    private void close(Channel channel) {
        if (unwanted && channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        channel.close();
    }
}
