package dev.tidewait.linux;

/**
 * The kernel did not answer the question. Immutable, any thread.
 *
 * @param errno why
 * @param advice what to do about it, one sentence
 */
public record Refused(Errno errno, String advice) implements SocketAnswer, DumpAnswer {
    static Refused because(Errno errno) {
        return new Refused(errno, adviceFor(errno));
    }

    private static String adviceFor(Errno errno) {
        return switch (errno.symbol()) {
            case "EPERM", "EACCES" ->
                "Grant CAP_NET_ADMIN, or allow netlink in the security policy (seccomp, SELinux).";
            case "EINVAL" -> "The kernel is older than this request; sock_diag needs Linux 3.3 or newer.";
            case "EOPNOTSUPP", "EPROTONOSUPPORT", "EAFNOSUPPORT", "ENOENT" ->
                "Load the kernel modules inet_diag and tcp_diag, or use a kernel built with CONFIG_INET_TCP_DIAG.";
            case "EMFILE", "ENFILE" -> "Raise the limit of open files (ulimit -n, LimitNOFILE).";
            case "ENOMEM", "ENOBUFS" -> "The kernel is short of memory; try again.";
            case "EAGAIN" -> "The kernel gave no answer within the time limit; try again.";
            default -> "This is not expected; report it with the kernel release.";
        };
    }
}
