package dev.tidewait.lab.churn;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tidewait.lab.Chat;
import dev.tidewait.lab.ChatPlan;
import dev.tidewait.lab.ChatReport;
import dev.tidewait.lab.ChatSecond;
import dev.tidewait.lab.LabException;
import dev.tidewait.lab.LeashedProcess;
import dev.tidewait.lab.Topology;
import dev.tidewait.lab.product.TidewaitRun;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The clients of {@code lab churn}, as three programs that a shell starts below one {@code tidewait run}: one instance owns the ports of a
 * namespace. Used by one thread; close it once.
 */
final class ChatsUnderRun implements AutoCloseable {
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final String EARLIER = "earlier";
    private static final String LONG = "long";
    private static final String SHORT = "short";
    private static final String GO = "go";
    private static final String HELD = "stage held";
    private static final String OPENING = "stage long";

    /**
     * Takes a folder and three commands. The FIFO is opened both ways, so that neither side waits for the other one to open it.
     */
    private static final String SCRIPT = """
            cd "$1" && mkfifo go && exec 3<>go || exit
            eval "$2" >earlier 3<&- || exit
            echo 'stage long' >&2
            eval "exec $3" >long 3<&- &
            long=$!
            read -r go <&3
            eval "$4" >short 3<&- || exit
            echo 'stage held' >&2
            read -r go <&3
            kill -TERM $long
            wait $long
            """;

    private final LeashedProcess process;
    private final Path folder;

    private ChatsUnderRun(LeashedProcess process, Path folder) {
        this.process = process;
        this.folder = folder;
    }

    /**
     * Starts the first of them, which use every port once; the long-lived ones follow.
     *
     * @param onSecond told once a second how the short ones go, by a thread of its own
     */
    static ChatsUnderRun start(Topology bed, ChurnPlan plan, TidewaitRun run, Consumer<ChatSecond> onSecond) {
        Path folder = createFolder();
        try {
            List<String> command = List.of(
                    "sh",
                    "-c",
                    SCRIPT,
                    "chats",
                    folder.toString(),
                    line(plan.earlier(bed)),
                    line(plan.longOnes(bed)),
                    line(plan.shortOnes(bed)));
            return new ChatsUnderRun(
                    LeashedProcess.start(
                            bed.proxy(),
                            "tidewait run",
                            LIFETIME,
                            said -> ChatSecond.parse(said)
                                    .filter(second -> !second.longLived())
                                    .ifPresent(onSecond),
                            run.around(command)),
                    folder);
        } catch (RuntimeException e) {
            remove(folder);
            throw e;
        }
    }

    private static Path createFolder() {
        try {
            return Files.createTempDirectory("tidewait-lab-churn-");
        } catch (IOException e) {
            throw new LabException("cannot make a folder for the reports of the chats: " + e.getMessage(), e);
        }
    }

    /** As a shell reads it. */
    private static String line(ChatPlan plan) {
        return Chat.command(plan).stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }

    /** Waits until the first ones are over and the long-lived ones begin. */
    void awaitLongOnes(Duration deadline) {
        process.awaitStderr(OPENING::equals, deadline);
    }

    /** Lets the short ones begin. */
    void beginShortOnes() {
        go();
    }

    /** Waits until the short ones are over; the long-lived ones are still there. */
    void awaitShortOnes(Duration deadline) {
        process.awaitStderr(HELD::equals, deadline);
    }

    /** Asks the long-lived ones to finish, and waits for the end of all, {@code tidewait run} included. */
    void finish(Duration deadline) {
        go();
        process.awaitOutput(deadline);
    }

    /** After {@link #finish}. */
    ChatReport earlier() {
        return report(EARLIER);
    }

    /** After {@link #finish}. */
    ChatReport longOnes() {
        return report(LONG);
    }

    /** After {@link #finish}. */
    ChatReport shortOnes() {
        return report(SHORT);
    }

    private ChatReport report(String name) {
        try {
            return ChatReport.parse(Files.readString(folder.resolve(name)));
        } catch (IOException e) {
            throw new LabException("cannot read what the chats report: " + e.getMessage(), e);
        }
    }

    private void go() {
        try (FileChannel fifo =
                FileChannel.open(folder.resolve(GO), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            fifo.write(ByteBuffer.wrap("go\n".getBytes(US_ASCII)));
        } catch (IOException e) {
            throw new LabException("cannot tell the chats to go on: " + e.getMessage() + "; " + process.tail(), e);
        }
    }

    /** Ends whatever still runs, and removes the reports. */
    @Override
    public void close() {
        process.close();
        remove(folder);
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new LabException("cannot remove " + folder + ": " + e.getMessage(), e);
        }
    }
}
