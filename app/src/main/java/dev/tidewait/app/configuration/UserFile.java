package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.BadValueException;
import dev.tidewait.proxy.access.PasswordFile;
import dev.tidewait.proxy.access.PasswordFileException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * A password file and what was in it when the configuration was read. Immutable; {@code toString()} is what the file says.
 *
 * @param path absolute
 */
public record UserFile(Path path, PasswordFile passwords) {
    static UserFile read(String text) throws BadValueException {
        try {
            Path path = Path.of(text).normalize();
            if (!path.isAbsolute()) {
                throw new BadValueException(
                        "a service has no directory of its own; write the whole path, beginning with /");
            }
            return new UserFile(path, PasswordFile.read(path));
        } catch (InvalidPathException e) {
            throw new BadValueException("it is not a path: " + e.getReason());
        } catch (PasswordFileException e) {
            throw new BadValueException(first(e.problems()));
        }
    }

    private static String first(List<String> problems) {
        int more = problems.size() - 1;
        return problems.getFirst() + (more == 0 ? "" : "; and " + more + " more");
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
