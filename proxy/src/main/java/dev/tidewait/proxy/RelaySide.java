package dev.tidewait.proxy;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One of the two ends of a relay: what its {@link Wire} brings goes to the other side's. Owned by the exchange's event loop.
 *
 * <p><b>Bytes.</b> What is read is written to the other wire at once and flushed when the read burst ends. While the other wire is full nothing is
 * read; before the server connection is open up to 64 KiB (and one read) are held.
 *
 * <p><b>FIN.</b> The end of one side's input ends the other side's output, behind everything read before.
 *
 * <p><b>RST</b> resets the other side, once what came before it was read and written there, as far as the other side takes it. A peer that closed
 * in good order and then refused our bytes (EPIPE) has said all it wanted: its bytes and its FIN are passed on and the other side's further bytes
 * are thrown away. (So a server that answers "too large" and closes while the client still sends is heard.)
 */
final class RelaySide implements Wire.User {
    private final Exchange exchange;
    private final boolean isClient;
    private final EarlyBytes early = new EarlyBytes();
    private Wire wire = new Wire(this);
    private long bytesRead;

    RelaySide(Exchange exchange, boolean isClient) {
        this.exchange = exchange;
        this.isClient = isClient;
    }

    @Override
    public void opened() {
        if (isClient) {
            exchange.begin();
        }
    }

    /** Takes over an open wire from its user. */
    void adopt(Wire before, long bytesReadBefore, @Nullable ByteBuf notPassedOn) {
        wire = before;
        bytesRead = bytesReadBefore;
        if (notPassedOn != null) {
            early.add(notPassedOn);
        }
        before.serve(this);
    }

    /** To be put into the pipeline. */
    Wire wire() {
        return wire;
    }

    RelaySide other() {
        return isClient ? exchange.server : exchange.client;
    }

    InetSocketAddress remoteAddress() {
        return wire.remoteAddress();
    }

    InetSocketAddress localAddress() {
        return (InetSocketAddress) wire.channel().localAddress();
    }

    boolean isOpen() {
        return wire.isOpen();
    }

    long bytesRead() {
        return bytesRead;
    }

    /** Counts bytes that a parser took before they came here. */
    void readAhead(int byteCount) {
        bytesRead += byteCount;
    }

    // ---- bytes ----

    @Override
    public void received(ByteBuf bytes) {
        bytesRead += bytes.readableBytes();
        if (exchange.isBeforeRelay()) {
            if (!early.add(bytes)) {
                pause();
            }
            return;
        }
        Wire to = other().wire;
        if (!to.takesBytes()) {
            bytes.release();
            return;
        }
        exchange.touch();
        to.write(bytes);
        if (to.isFull()) {
            to.flush();
            if (to.isFull()) {
                pause();
            }
        }
    }

    @Override
    public void receivedAll() {
        other().flush();
    }

    void releaseEarly() {
        early.release();
    }

    /** Both wires are open: passes on what was held, and the end if it was seen already. */
    void startRelay() {
        Wire to = other().wire;
        ByteBuf before = early.take();
        if (before != null) {
            to.write(before);
            to.flush();
        }
        if (wire.hasInputEnded()) {
            passOnFin();
        } else if (!to.isFull()) {
            resume();
        }
    }

    /** Writes without flushing; takes over the buffer. */
    void send(ByteBuf bytes) {
        wire.write(bytes);
    }

    void flush() {
        wire.flush();
    }

    /** Leaves what comes unread in the kernel. */
    void pause() {
        wire.reading(false);
    }

    void resume() {
        wire.reading(true);
    }

    @Override
    public void writable() {
        if (!exchange.isBeforeRelay()) {
            other().resume();
        }
    }

    // ---- FIN ----

    @Override
    public void inputEnded() {
        if (exchange.isBeforeRelay()) {
            exchange.inputEndedEarly();
        } else if (!exchange.isAnswered()) {
            passOnFin();
        }
    }

    private void passOnFin() {
        exchange.inputEnded(this);
        other().endOutput();
    }

    /** Sends FIN once everything written so far is sent. */
    void endOutput() {
        wire.endOutput();
    }

    /** From now on the client's bytes are thrown away. */
    void discardInput() {
        releaseEarly();
        resume();
    }

    @Override
    public void closed() {
        if (exchange.isBeforeRelay()) {
            exchange.wasReset(this); // it takes no answer any more
        } else {
            inputEnded();
            exchange.sideClosed();
        }
    }

    /** Closes in good order: bytes that the kernel has are still delivered. */
    void close() {
        wire.close();
    }

    // ---- RST ----

    @Override
    public void outputFailed() {
        resume();
        other().resume();
    }

    @Override
    public void lost() {
        if (wire.isReset() || exchange.isBeforeRelay()) {
            other().flush();
            exchange.wasReset(this);
        } else {
            other().resume();
            exchange.sideClosed();
        }
    }

    /** Sends RST. */
    void abort() {
        wire.abort();
    }

    @Override
    public void broken(Throwable cause) {
        exchange.broken(cause);
    }
}
