package dev.tidewait.app.program;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The user that a command is started as. Immutable.
 *
 * @param userId number
 * @param groupId number of the first group
 */
public record OtherUser(String name, long userId, long groupId, String home, String shell) {
    /** Fields of passwd(5): name, password, user id, group id, comment, home, shell. */
    private static final int FIELDS = 7;

    /**
     * Asks the system's user database, so that users from a directory service count too.
     *
     * @param name or number
     * @throws IOException if there is no such user, or what is needed to become one is missing; the message says what to do
     */
    public static OtherUser find(String name) throws IOException {
        Tool.Output answer = Tool.run(List.of("getent", "passwd", "--", name));
        Optional<OtherUser> user = answer.text().lines().findFirst().flatMap(OtherUser::parse);
        if (answer.exitCode() != 0 || user.isEmpty()) {
            throw new IOException("there is no user '" + name + "'. 'getent passwd' lists those of this host");
        }
        if (CommandPath.find("setpriv", Tool.searchPath()) instanceof CommandPath.NotFound) {
            throw new IOException("to start a command as another user, setpriv is needed and is not in PATH."
                    + " Install util-linux, or leave --user away");
        }
        return user.get();
    }

    static Optional<OtherUser> parse(String line) {
        String[] fields = line.split(":", -1);
        if (fields.length != FIELDS || !isNumber(fields[2]) || !isNumber(fields[3])) {
            return Optional.empty();
        }
        return Optional.of(
                new OtherUser(fields[0], Long.parseLong(fields[2]), Long.parseLong(fields[3]), fields[5], fields[6]));
    }

    /** What stands before the command, which it replaces itself by. */
    List<String> prefix() {
        return List.of("setpriv", "--reuid=" + userId, "--regid=" + groupId, "--init-groups", "--inh-caps=-all", "--");
    }

    /** The variables that systemd sets for a service's {@code User=} (systemd.exec(5)). */
    Map<String, String> environment() {
        return Map.of("USER", name, "LOGNAME", name, "HOME", home, "SHELL", shell.isEmpty() ? "/bin/sh" : shell);
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() <= 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
