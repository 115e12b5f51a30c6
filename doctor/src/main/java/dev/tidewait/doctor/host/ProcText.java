package dev.tidewait.doctor.host;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Small files as text; what cannot be read is noted, with the reason. Files below {@code sys/net} are those of the calling thread's network
 * namespace. Owned by one thread.
 */
final class ProcText {
    /** Longer files are cut; the longest that matter (mountinfo of a container host) have some ten thousand lines of 150 bytes. */
    private static final int LIMIT_BYTES = 4 * 1024 * 1024;

    private final Roots roots;
    private final List<Unseen> unseen = new ArrayList<>();

    ProcText(Roots roots) {
        this.roots = roots;
    }

    Roots roots() {
        return roots;
    }

    /** What was missing so far. */
    List<Unseen> unseen() {
        return List.copyOf(unseen);
    }

    void note(String what, String reason) {
        unseen.add(new Unseen(what, reason));
    }

    /** A file below /proc that should be there; noted if it is not. */
    Optional<String> proc(String path, String what) {
        try {
            return Optional.of(text(roots.proc().resolve(path)));
        } catch (NoSuchFileException e) {
            note(what, "there is no " + shown(path) + "; this kernel or this network namespace does not have it");
        } catch (IOException e) {
            note(what, shown(path) + " cannot be read: " + reason(e));
        }
        return Optional.empty();
    }

    /** A file that may be missing, which is a fact and not worth a note. */
    Optional<String> ifThere(Path path, String what) {
        try {
            return Optional.of(text(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            note(what, path + " cannot be read: " + reason(e));
            return Optional.empty();
        }
    }

    /** The first lines of a file below /proc that should be there and may be long; noted if it cannot be read. */
    Optional<List<String>> firstLines(String path, String what, int most) {
        Path file = roots.proc().resolve(path);
        try (BufferedReader lines = Files.newBufferedReader(file, ISO_8859_1)) {
            return Optional.of(lines.lines().limit(most).toList());
        } catch (NoSuchFileException e) {
            note(what, "there is no " + file + "; this kernel or this network namespace does not have it");
        } catch (UncheckedIOException e) {
            note(what, file + " cannot be read: " + reason(Objects.requireNonNull(e.getCause())));
        } catch (IOException e) {
            note(what, file + " cannot be read: " + reason(e));
        }
        return Optional.empty();
    }

    /** A kernel setting that is one whole number, by its name as for sysctl(8). */
    OptionalLong setting(String name) {
        return number(proc(settingPath(name), name), name);
    }

    /** The same, where a kernel without it is nothing special. */
    OptionalLong settingIfThere(String name) {
        return number(ifThere(roots.proc().resolve(settingPath(name)), name), name);
    }

    /** A kernel setting as text, without surrounding blanks. */
    Optional<String> settingText(String name) {
        return proc(settingPath(name), name).map(String::strip);
    }

    private OptionalLong number(Optional<String> text, String name) {
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text.get().strip()));
        } catch (NumberFormatException e) {
            note(name, "\"" + text.get().strip() + "\" is not a whole number");
            return OptionalLong.empty();
        }
    }

    private String shown(String path) {
        return roots.proc().resolve(path).toString();
    }

    private static String settingPath(String name) {
        return "sys/" + name.replace('.', '/');
    }

    private static String text(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return new String(in.readNBytes(LIMIT_BYTES), UTF_8);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied; root sees it";
        }
        String reason = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }
}
