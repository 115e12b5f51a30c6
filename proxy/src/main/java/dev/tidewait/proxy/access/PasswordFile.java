package dev.tidewait.proxy.access;

import dev.tidewait.proxy.address.Printable;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Users and the hashes of their passwords, as {@code htpasswd -B} writes them: {@code name:hash} in each line, {@code #} before a comment.
 * Immutable.
 *
 * <p>Only bcrypt: the other kinds of that program can be searched for a password at billions of guesses a second.
 */
public final class PasswordFile {
    /** Bytes; about 200,000 users. */
    private static final long LARGEST_FILE = 16L << 20;

    private static final int MOST_PROBLEMS = 10;
    /** RFC 1929 has one byte for the length of a name. */
    private static final int LONGEST_NAME_BYTES = 255;

    private final Map<String, BcryptHash> hashes = new HashMap<>();
    private final BcryptHash nobody;

    private PasswordFile(Map<String, BcryptHash> hashes) {
        this.hashes.putAll(hashes);
        this.nobody = BcryptHash.ofNobody(usualCost(hashes));
    }

    /** @throws PasswordFileException everything that is wrong with the file */
    public static PasswordFile read(Path file) throws PasswordFileException {
        try {
            if (Files.isDirectory(file)) {
                throw unusable("it is a directory; name the file in it");
            }
            if (Files.size(file) > LARGEST_FILE) {
                throw unusable("it is larger than 16 MiB; this cannot be a password file");
            }
            return parse(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw unusable("there is no such file; make it with htpasswd -B -c " + file + " NAME");
        } catch (AccessDeniedException e) {
            throw unusable("reading it is not permitted; let the proxy's user own it, or its group read it");
        } catch (CharacterCodingException e) {
            throw unusable("it is not UTF-8 text; save it as UTF-8");
        } catch (IOException e) {
            throw unusable("it cannot be read: " + e.getMessage());
        }
    }

    /** @throws PasswordFileException everything that is wrong with the text */
    public static PasswordFile parse(String text) throws PasswordFileException {
        Map<String, BcryptHash> hashes = new HashMap<>();
        List<String> problems = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\r?\n", -1)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            try {
                add(line, hashes);
            } catch (IllegalArgumentException wrong) {
                problems.add("line " + number + ": " + wrong.getMessage());
            }
            if (problems.size() == MOST_PROBLEMS) {
                problems.add("the lines behind it were not read");
                break;
            }
        }
        if (problems.isEmpty() && hashes.isEmpty()) {
            problems.add("there is no user in it, so nobody could log in; add one with htpasswd -B");
        }
        if (!problems.isEmpty()) {
            throw new PasswordFileException(problems);
        }
        return new PasswordFile(hashes);
    }

    private static void add(String line, Map<String, BcryptHash> hashes) {
        int colon = line.indexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("it is not name:hash; add users with htpasswd -B");
        }
        String name = line.substring(0, colon);
        boolean readable = name.equals(name.strip()) && name.chars().noneMatch(Character::isISOControl);
        if (!readable || name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME_BYTES) {
            throw new IllegalArgumentException(
                    "a name has at most 255 bytes, no control characters, and no space before or behind it");
        }
        if (hashes.containsKey(name)) {
            throw new IllegalArgumentException("'" + Printable.of(name) + "' has a line before; remove one of them");
        }
        try {
            hashes.put(name, BcryptHash.parse(line.substring(colon + 1)));
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(
                    "the password of '" + Printable.of(name) + "' cannot be checked: " + wrong.getMessage(), wrong);
        }
    }

    private static PasswordFileException unusable(String why) {
        return new PasswordFileException(List.of(why));
    }

    /** The cost that most hashes have; of several the lowest. */
    private static int usualCost(Map<String, BcryptHash> hashes) {
        Map<Integer, Integer> counts = new TreeMap<>();
        hashes.values().forEach(hash -> counts.merge(hash.cost(), 1, Integer::sum));
        return counts.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }

    public int userCount() {
        return hashes.size();
    }

    /** Whether the same users have the same passwords, hashed alike; so a reload can tell that nothing has changed. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PasswordFile file && hashes.equals(file.hashes);
    }

    @Override
    public int hashCode() {
        return hashes.hashCode();
    }

    /** Takes as long for a name that is unknown, so that the time does not tell who is a user. Blocks for many milliseconds. */
    boolean isRight(String name, byte[] password) {
        BcryptHash hash = hashes.get(name);
        boolean matches = (hash == null ? nobody : hash).matches(password);
        return hash != null && matches;
    }
}
