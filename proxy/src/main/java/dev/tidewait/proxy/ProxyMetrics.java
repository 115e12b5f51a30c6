package dev.tidewait.proxy;

import dev.tidewait.netty.ConnectFailedException.Reason;
import dev.tidewait.proxy.failure.EndCause;
import dev.tidewait.proxy.names.NameFailure;

/** Where a {@link ProxyServer} gets the counters of its listeners from. Called once for each
 * name of a listener. */
@FunctionalInterface
public interface ProxyMetrics {
    /** Counts nothing. */
    ProxyMetrics NONE = listener -> new ListenerMetrics() {
        @Override
        public void accepted() {}

        @Override
        public void connected(long portWaitMillis, long connectNanos) {}

        @Override
        public void nameFailed(NameFailure why) {}

        @Override
        public void connectFailed(Reason reason) {}

        @Override
        public void requested() {}

        @Override
        public void requestSent(SentOver connection) {}

        @Override
        public void ended(EndCause cause, long bytesUp, long bytesDown, long durationNanos) {}
    };

    ListenerMetrics listener(ListenerSettings listener);
}
