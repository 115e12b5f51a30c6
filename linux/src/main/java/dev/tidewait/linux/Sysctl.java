package dev.tidewait.linux;

import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Kernel settings below /proc/sys, those of the network namespace that the calling thread is in. Any thread, no caching: each
 * call reads the kernel. Every method throws {@link LinuxException} if the kernel refuses, saying which setting and why.
 */
public final class Sysctl {
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]+(?:[./][a-zA-Z0-9_-]+)+");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private Sysctl() {}

    /** net.ipv4.ip_local_port_range: the ports that connect() chooses from, IPv6 too. */
    public static PortRange ipLocalPortRange() {
        String name = "net.ipv4.ip_local_port_range";
        String[] bounds = BLANKS.split(read(name));
        if (bounds.length != 2) {
            throw unreadable(name, String.join(" ", bounds));
        }
        try {
            return new PortRange(Integer.parseInt(bounds[0]), Integer.parseInt(bounds[1]));
        } catch (IllegalArgumentException e) {
            throw unreadable(name, String.join(" ", bounds));
        }
    }

    /** Sets net.ipv4.ip_local_port_range; the kernel wants the two bounds to differ in parity for best use. */
    public static void setIpLocalPortRange(PortRange range) {
        write("net.ipv4.ip_local_port_range", range.lowest() + " " + range.highest());
    }

    /** net.ipv4.ip_local_reserved_ports: left out of the automatic choice, free for an explicit bind. */
    public static PortBits ipLocalReservedPorts() {
        return PortBits.parse(read("net.ipv4.ip_local_reserved_ports"));
    }

    /** net.ipv4.ip_unprivileged_port_start: the first port that may be bound without CAP_NET_BIND_SERVICE. */
    public static int ipUnprivilegedPortStart() {
        return (int) readLong("net.ipv4.ip_unprivileged_port_start");
    }

    /** net.ipv4.tcp_max_tw_buckets: above this many TIME_WAIT sockets the newest are dropped. */
    public static long tcpMaxTwBuckets() {
        return readLong("net.ipv4.tcp_max_tw_buckets");
    }

    /** net.ipv4.tcp_timestamps: 0 off, 1 on with random offsets, 2 on without offsets. */
    public static int tcpTimestamps() {
        return (int) readLong("net.ipv4.tcp_timestamps");
    }

    /** net.ipv4.tcp_tw_reuse: 0 off, 1 on, 2 on for loopback; concerns ports chosen by the kernel only. */
    public static int tcpTwReuse() {
        return (int) readLong("net.ipv4.tcp_tw_reuse");
    }

    /** net.ipv4.tcp_tw_reuse_delay in milliseconds (Linux 6.14); empty on an older kernel. */
    public static OptionalLong tcpTwReuseDelayMillis() {
        return readIfPresent("net.ipv4.tcp_tw_reuse_delay");
    }

    /** net.ipv4.tcp_fin_timeout in seconds: the life of FIN_WAIT2 after close(), not of TIME_WAIT. */
    public static int tcpFinTimeoutSeconds() {
        return (int) readLong("net.ipv4.tcp_fin_timeout");
    }

    /**
     * Any setting as text, without surrounding blanks.
     *
     * @param name dotted as for sysctl(8), such as {@code net.ipv4.tcp_timestamps}
     * @throws LinuxException ENOENT if this kernel or namespace has no such setting, EACCES
     */
    public static String read(String name) {
        return ProcFile.read(
                        path(name),
                        "cannot read the kernel setting " + name,
                        "This kernel or this network namespace may not have it; compare `sysctl -a`.")
                .strip();
    }

    /** Any setting that is one whole number; see {@link #read}. */
    public static long readLong(String name) {
        String text = read(name);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw unreadable(name, text);
        }
    }

    /** A whole number, or empty if this kernel has no such setting. */
    public static OptionalLong readIfPresent(String name) {
        try {
            return OptionalLong.of(readLong(name));
        } catch (LinuxException e) {
            if (e.errno().equals(Errno.ENOENT)) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }

    /**
     * Sets any setting, in the calling thread's namespace.
     *
     * @throws LinuxException EACCES or EPERM without privileges, EROFS in most containers, EINVAL for a value out of bounds
     */
    public static void write(String name, String value) {
        ProcFile.write(
                path(name),
                value,
                "cannot set the kernel setting " + name + " to \"" + value + "\"",
                "Set it as root on the host: sysctl -w " + name + "='" + value + "'.");
    }

    private static String path(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("\"" + name + "\" is not the name of a kernel setting");
        }
        return "/proc/sys/" + name.replace('.', '/');
    }

    private static LinuxException unreadable(String name, String text) {
        return new LinuxException(
                "the kernel setting " + name + " is \"" + text + "\", which is not understood",
                Errno.NONE,
                "Report this with the kernel release.");
    }
}
