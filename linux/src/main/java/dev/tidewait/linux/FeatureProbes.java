package dev.tidewait.linux;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * Tries the kernel features that Tidewait wants, with a connection of its own over loopback in the calling thread's network
 * namespace. Any thread; each call opens what it needs, removes what it may and ends within its limit. Tried at start, not on
 * hot paths.
 */
public final class FeatureProbes {
    private FeatureProbes() {}

    /**
     * Destroys a self-made TIME_WAIT socket with its cookie.
     *
     * @param limit the longest that this may take
     */
    public static ProbeOutcome destroyTimeWait(Duration limit) {
        try (SocketDiag diag = SocketDiag.open();
                SelfMadeTimeWait made = SelfMadeTimeWait.open(limit)) {
            TimeWaitSocket socket = made.closeAndAwait(diag);
            return switch (diag.destroy(socket)) {
                case DestroyOutcome.Destroyed ignored ->
                    diag.get(socket.tuple()) instanceof SocketAnswer.Free
                            ? new ProbeOutcome.Works(
                                    "A TIME_WAIT socket of our own was destroyed and its four-tuple is free.")
                            : new ProbeOutcome.Refuses(
                                    "The kernel confirmed the removal of " + socket
                                            + " but still holds the four-tuple.",
                                    "Report this with the kernel release " + release() + ".");
                case DestroyOutcome.AlreadyGone ignored ->
                    new ProbeOutcome.Untried(
                            "The TIME_WAIT socket made for the test vanished by itself.",
                            "Try again; is tcp_max_tw_buckets 0?");
                case DestroyOutcome.NotPermitted ignored ->
                    new ProbeOutcome.Refuses(
                            "Destroying TIME_WAIT sockets needs CAP_NET_ADMIN in this network namespace.",
                            "Grant it: setcap cap_net_admin+ep on the java launcher, AmbientCapabilities=CAP_NET_ADMIN in the"
                                    + " systemd unit, or --cap-add NET_ADMIN for the container.");
                case DestroyOutcome.Unsupported ignored ->
                    new ProbeOutcome.Refuses(
                            "Kernel " + release() + " cannot destroy TIME_WAIT sockets.",
                            "Use Linux 6.0 or newer, built with CONFIG_INET_DIAG_DESTROY.");
                case DestroyOutcome.Failed failed ->
                    new ProbeOutcome.Untried("The kernel answered " + failed.errno() + ".", "Try again.");
            };
        } catch (IOException | LinuxException e) {
            return untried(e);
        }
    }

    /**
     * How long TIME_WAIT lasts here, in milliseconds: 60,000 unless somebody has changed the kernel (TCP_TIMEWAIT_LEN is a constant of
     * its source). Never more than the truth. Leaves one TIME_WAIT socket on loopback behind if it may not destroy.
     *
     * @param limit the longest that this may take
     * @return empty if no TIME_WAIT socket could be made
     */
    public static OptionalLong timeWaitLengthMillis(Duration limit) {
        try (SocketDiag diag = SocketDiag.open();
                SelfMadeTimeWait made = SelfMadeTimeWait.open(limit)) {
            TimeWaitSocket socket = made.closeAndAwait(diag);
            diag.destroy(socket);
            return OptionalLong.of(socket.remainingMillis());
        } catch (IOException | LinuxException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * Connects again on the four-tuple of a self-made TIME_WAIT socket, as connect() with an explicit port may do where
     * timestamps are in use. Leaves one TIME_WAIT socket on loopback behind if it may not destroy.
     *
     * @param limit the longest that this may take
     */
    public static ProbeOutcome takeOverTimeWait(Duration limit) {
        try (SocketDiag diag = SocketDiag.open();
                SelfMadeTimeWait made = SelfMadeTimeWait.open(limit)) {
            TimeWaitSocket socket = made.closeAndAwait(diag);
            try (Socket again = made.connectAgain()) {
                return new ProbeOutcome.Works("A connect from port " + again.getLocalPort()
                        + " took over the TIME_WAIT socket of the connection before.");
            } catch (IOException e) {
                return Sysctl.tcpTimestamps() == 0
                        ? new ProbeOutcome.Refuses(
                                "TCP timestamps are off, so connect() does not take over TIME_WAIT sockets.",
                                "Turn them on: sysctl -w net.ipv4.tcp_timestamps=1.")
                        : new ProbeOutcome.Refuses(
                                "connect() on " + socket + " failed: " + e.getMessage() + ".",
                                "Report this with the kernel release " + release() + ".");
            }
        } catch (IOException | LinuxException e) {
            return untried(e);
        }
    }

    private static ProbeOutcome untried(Exception cause) {
        return new ProbeOutcome.Untried(
                "No TIME_WAIT socket could be made on loopback for the test: " + cause.getMessage() + ".",
                "Check that the loopback interface is up (ip link set lo up) and that TIME_WAIT is not overflowing.");
    }

    private static String release() {
        return Kernel.running().release();
    }
}
