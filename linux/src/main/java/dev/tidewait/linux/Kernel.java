package dev.tidewait.linux;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The running kernel. Immutable, any thread.
 *
 * @param major first number of the release
 * @param minor second number of the release
 * @param release all of it, such as {@code 6.18.44-generic}
 * @param bootId a UUID that is new at every boot
 */
public record Kernel(int major, int minor, String release, String bootId) {
    private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*");

    /**
     * The kernel that runs this program.
     *
     * @throws LinuxException if /proc is not mounted
     */
    public static Kernel running() {
        String release = Sysctl.read("kernel.osrelease");
        Matcher numbers = RELEASE.matcher(release);
        boolean understood = numbers.matches();
        return new Kernel(
                understood ? Integer.parseInt(numbers.group(1)) : 0,
                understood ? Integer.parseInt(numbers.group(2)) : 0,
                release,
                Sysctl.read("kernel.random.boot_id"));
    }

    /** True for this release and newer ones. */
    public boolean isAtLeast(int wantedMajor, int wantedMinor) {
        return major != wantedMajor ? major > wantedMajor : minor >= wantedMinor;
    }
}
