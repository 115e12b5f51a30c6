package dev.tidewait.doctor.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads {@link FileFacts}. Owned by one thread. */
final class FileLook {
    private static final Pattern LIMIT = Pattern.compile("(?m)^Max open files +(\\d+|unlimited) +(\\d+|unlimited)");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /** Of one process are counted; a program with more takes a good part of a second to look at. */
    private static final long MOST_COUNTED = 262_144;

    private final ProcText text;
    private final long mostCounted;

    FileLook(ProcText text) {
        this(text, MOST_COUNTED);
    }

    FileLook(ProcText text, long mostCounted) {
        this.text = text;
        this.mostCounted = mostCounted;
    }

    FileFacts read(Collection<Integer> processIds) {
        List<OpenFiles> programs = new ArrayList<>();
        boolean hidden = false;
        for (int processId : processIds) {
            Optional<OpenFiles> program = program(processId);
            program.ifPresent(programs::add);
            hidden |= program.isPresent() && program.get().open().isEmpty();
            program.filter(one -> one.open().orElse(0) >= mostCounted).ifPresent(this::noteMore);
        }
        if (hidden) {
            text.note("open files of other users' programs", "/proc/PID/fd is closed to this user; root sees it");
        }
        String[] system = BLANKS.split(text.settingText("fs.file-nr").orElse(""));
        return new FileFacts(number(system, 0), number(system, 2), text.setting("fs.nr_open"), programs);
    }

    /** Empty if the process is gone. */
    private Optional<OpenFiles> program(int processId) {
        Path directory = text.roots().proc().resolve(Integer.toString(processId));
        String name = text.ifThere(directory.resolve("comm"), "the name of process " + processId)
                .map(String::strip)
                .orElse("?");
        return text.ifThere(directory.resolve("limits"), "the limits of process " + processId)
                .map(LIMIT::matcher)
                .filter(Matcher::find)
                .map(limit -> new OpenFiles(
                        processId, name, open(directory.resolve("fd")), value(limit.group(1)), value(limit.group(2))));
    }

    private void noteMore(OpenFiles program) {
        text.note(
                "all open files of " + program.program() + " (pid " + program.processId() + ")",
                "it has " + mostCounted + " or more; counting stops there");
    }

    private OptionalLong open(Path descriptors) {
        try (Stream<Path> files = Files.list(descriptors)) {
            return OptionalLong.of(files.limit(mostCounted).count());
        } catch (IOException hiddenOrGone) {
            return OptionalLong.empty();
        }
    }

    private static long value(String word) {
        return word.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(word);
    }

    private static OptionalLong number(String[] words, int index) {
        return words.length > index && words[index].chars().allMatch(Character::isDigit) && !words[index].isEmpty()
                ? OptionalLong.of(Long.parseLong(words[index]))
                : OptionalLong.empty();
    }
}
