package dev.tidewait.netty.tcp;

import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/** Ends a {@link TcpChannel}'s connection by halves (shutdown(2)). Any thread may ask; it is done on the channel's event loop. */
final class TcpShutdown {
    private interface Step {
        void run() throws IOException;
    }

    private final TcpChannel channel;
    private final TcpSocket socket;
    private final TcpInput input;
    private volatile boolean outputEnded;

    TcpShutdown(TcpChannel channel, TcpSocket socket, TcpInput input) {
        this.channel = channel;
        this.socket = socket;
        this.input = input;
    }

    /** FIN was sent, or could not be. */
    boolean hasEndedOutput() {
        return outputEnded;
    }

    /** From here on nothing is read. */
    void endInput(ChannelPromise promise) {
        onLoop(promise, () -> {
            if (!input.hasEnded()) {
                socket.endInput();
                input.stop();
            }
        });
    }

    private void onLoop(ChannelPromise promise, Step step) {
        if (!channel.eventLoop().inEventLoop()) {
            channel.eventLoop().execute(() -> onLoop(promise, step));
            return;
        }
        try {
            step.run();
            promise.trySuccess();
        } catch (IOException | RuntimeException e) {
            promise.tryFailure(e);
        }
    }

    /** Sends FIN; what is unsent is lost. */
    void endOutput(ChannelPromise promise) {
        if (!channel.eventLoop().inEventLoop()) {
            channel.eventLoop().execute(() -> endOutput(promise));
            return;
        }
        if (outputEnded) {
            promise.setFailure(new ClosedChannelException());
            return;
        }
        ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
        if (unsent == null || unsent.totalPendingWriteBytes() > 0 || !unsent.isEmpty()) {
            channel.tcpUnsafe().shutdownOutput(promise); // makes an exception for what is lost
            return;
        }
        if (!promise.setUncancellable()) {
            return;
        }
        try {
            sendFin();
            promise.setSuccess();
        } catch (IOException | RuntimeException e) {
            promise.setFailure(e);
        }
        channel.pipeline().fireUserEventTriggered(ChannelOutputShutdownEvent.INSTANCE);
    }

    /** Only on the channel's event loop, by one who has seen to what is unsent. */
    void sendFin() throws IOException {
        if (!outputEnded) {
            outputEnded = true;
            socket.endOutput();
        }
    }

    /** The output first. */
    void endBoth(ChannelPromise promise) {
        channel.shutdownOutput()
                .addListener(output -> channel.shutdownInput().addListener(input -> {
                    Throwable cause = output.isSuccess() ? input.cause() : output.cause();
                    if (cause == null) {
                        promise.trySuccess();
                    } else {
                        promise.tryFailure(cause);
                    }
                }));
    }
}
