package dev.tidewait.netty;

import dev.tidewait.linux.SocketDiag;
import dev.tidewait.linux.TcpInfo;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What each event loop has of its own: its stripe, its sock_diag, its TCP_INFO, its deadlines. Owned by one event loop. */
final class LoopTools {
    /** Hands every thread its own tools, closed when the thread ends. */
    static final class PerLoop extends FastThreadLocal<LoopTools> {
        private final AtomicInteger loops = new AtomicInteger();

        @Override
        protected LoopTools initialValue() {
            return new LoopTools(loops.getAndIncrement());
        }

        @Override
        protected void onRemoval(LoopTools tools) {
            tools.close();
        }
    }

    private final int stripe;
    private final TcpInfo tcpInfo = new TcpInfo();
    private @Nullable SocketDiag diag;
    private @Nullable Deadlines deadlines;

    private LoopTools(int stripe) {
        this.stripe = stripe;
    }

    int stripe() {
        return stripe;
    }

    TcpInfo tcpInfo() {
        return tcpInfo;
    }

    SocketDiag diag() {
        if (diag == null) {
            diag = SocketDiag.open();
        }
        return diag;
    }

    /** @param loop the one of this thread */
    Deadlines deadlines(EventLoop loop) {
        if (deadlines == null) {
            deadlines = new Deadlines(loop);
        }
        return deadlines;
    }

    private void close() {
        if (diag != null) {
            diag.close();
            diag = null;
        }
    }
}
