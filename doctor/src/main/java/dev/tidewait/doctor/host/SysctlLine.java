package dev.tidewait.doctor.host;

import java.nio.file.Path;

/**
 * One assignment in a file that is applied at boot. Immutable, any thread.
 *
 * @param file where it stands, links resolved
 * @param lineNumber from 1
 * @param key with dots, such as {@code net.ipv4.tcp_tw_reuse}
 * @param value without surrounding blanks
 * @param ofPackage the file belongs to a package (below /usr/lib) or to the running system (/run): it is overruled by a file of the same name in
 *     /etc/sysctl.d, not edited
 */
public record SysctlLine(Path file, int lineNumber, String key, String value, boolean ofPackage) {
    @Override
    public String toString() {
        return file + ":" + lineNumber + ": " + key + " = " + value;
    }
}
