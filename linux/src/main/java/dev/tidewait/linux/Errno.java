package dev.tidewait.linux;

import java.util.HashMap;
import java.util.Map;

/**
 * An error number of the Linux kernel (errno(3)) with its name. Immutable, any thread. Numbers are those of x86-64 and arm64.
 *
 * @param number errno, 0 ({@link #NONE}) to 4095
 */
public record Errno(int number) {
    private static final int LARGEST = 4095;

    /** No error. */
    public static final Errno NONE = new Errno(0);

    public static final Errno EPERM = new Errno(1);
    public static final Errno ENOENT = new Errno(2);
    public static final Errno EINTR = new Errno(4);
    public static final Errno EBADF = new Errno(9);
    public static final Errno EAGAIN = new Errno(11);
    public static final Errno ENOMEM = new Errno(12);
    public static final Errno EACCES = new Errno(13);
    public static final Errno EINVAL = new Errno(22);
    public static final Errno ENOTSOCK = new Errno(88);
    public static final Errno EMSGSIZE = new Errno(90);
    public static final Errno ENOPROTOOPT = new Errno(92);
    public static final Errno EPROTONOSUPPORT = new Errno(93);
    public static final Errno EOPNOTSUPP = new Errno(95);
    public static final Errno EAFNOSUPPORT = new Errno(97);
    public static final Errno EADDRINUSE = new Errno(98);
    public static final Errno EADDRNOTAVAIL = new Errno(99);
    public static final Errno ENOBUFS = new Errno(105);
    public static final Errno ECONNREFUSED = new Errno(111);

    private static final Map<Integer, String> NAMES = names();
    private static final Errno[] KNOWN = known();

    public Errno {
        if (number < 0 || number > LARGEST) {
            throw new IllegalArgumentException("errno is 0 to " + LARGEST + ", not " + number);
        }
    }

    /** The error of a libc or kernel return value: {@link #NONE} for 0 and above, else the error of {@code -result}. */
    static Errno ofResult(int result) {
        return result >= 0 ? NONE : of(-result);
    }

    static Errno of(int number) {
        return number < KNOWN.length ? KNOWN[number] : new Errno(number);
    }

    /** True for 0. */
    public boolean isNone() {
        return number == 0;
    }

    /** The symbol, such as {@code EADDRINUSE}; {@code errno 77} where this class knows no symbol. */
    public String symbol() {
        return NAMES.getOrDefault(number, "errno " + number);
    }

    @Override
    public String toString() {
        return symbol();
    }

    private static Errno[] known() {
        Errno[] known = new Errno[134];
        for (int number = 0; number < known.length; number++) {
            known[number] = new Errno(number);
        }
        return known;
    }

    private static Map<Integer, String> names() {
        Map<Integer, String> names = new HashMap<>();
        String[] base = {
            "NONE", "EPERM", "ENOENT", "ESRCH", "EINTR", "EIO", "ENXIO", "E2BIG", "ENOEXEC", "EBADF", "ECHILD",
            "EAGAIN", "ENOMEM", "EACCES", "EFAULT", "ENOTBLK", "EBUSY", "EEXIST", "EXDEV", "ENODEV", "ENOTDIR",
            "EISDIR", "EINVAL", "ENFILE", "EMFILE", "ENOTTY", "ETXTBSY", "EFBIG", "ENOSPC", "ESPIPE", "EROFS", "EMLINK",
            "EPIPE"
        };
        put(names, 0, base);
        String[] network = {
            "ENOTSOCK",
            "EDESTADDRREQ",
            "EMSGSIZE",
            "EPROTOTYPE",
            "ENOPROTOOPT",
            "EPROTONOSUPPORT",
            "ESOCKTNOSUPPORT",
            "EOPNOTSUPP",
            "EPFNOSUPPORT",
            "EAFNOSUPPORT",
            "EADDRINUSE",
            "EADDRNOTAVAIL",
            "ENETDOWN",
            "ENETUNREACH",
            "ENETRESET",
            "ECONNABORTED",
            "ECONNRESET",
            "ENOBUFS",
            "EISCONN",
            "ENOTCONN",
            "ESHUTDOWN",
            "ETOOMANYREFS",
            "ETIMEDOUT",
            "ECONNREFUSED",
            "EHOSTDOWN",
            "EHOSTUNREACH",
            "EALREADY",
            "EINPROGRESS",
            "ESTALE"
        };
        put(names, 88, network);
        put(names, 38, "ENOSYS");
        return Map.copyOf(names);
    }

    private static void put(Map<Integer, String> names, int first, String... symbols) {
        for (int i = 0; i < symbols.length; i++) {
            names.put(first + i, symbols[i]);
        }
    }
}
