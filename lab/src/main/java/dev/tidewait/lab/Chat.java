package dev.tidewait.lab;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One end of short or long-lived connections that talk in small pieces and check every byte: the C program {@code chat}. Any thread; close it
 * once.
 */
public final class Chat implements AutoCloseable {
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final Duration READY_DEADLINE = Duration.ofSeconds(10);

    private final LeashedProcess process;

    private Chat(LeashedProcess process) {
        this.process = process;
    }

    /** Starts a server and waits until it listens. */
    public static Chat serve(Namespace namespace, InetSocketAddress address, Duration deadline) {
        return start(
                namespace,
                "chat server",
                List.of(
                        "--listen",
                        LoadPlan.endpoint(address),
                        "--deadline-millis",
                        Long.toString(deadline.toMillis())),
                line -> {});
    }

    /**
     * Starts the clients.
     *
     * @param onSecond told how it goes once a second, by a thread of its own
     */
    public static Chat connect(Namespace namespace, ChatPlan plan, Consumer<ChatSecond> onSecond) {
        return start(
                namespace,
                "chat clients",
                plan.arguments(),
                line -> ChatSecond.parse(line).ifPresent(onSecond));
    }

    /** The clients' command, for whoever starts them otherwise. */
    public static List<String> command(ChatPlan plan) {
        return command(plan.arguments());
    }

    private static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(Programs.path("chat").toString()));
        command.addAll(arguments);
        return command;
    }

    private static Chat start(Namespace namespace, String name, List<String> arguments, Consumer<String> onLine) {
        LeashedProcess process = LeashedProcess.start(namespace, name, LIFETIME, onLine, command(arguments));
        try {
            process.awaitStderr(line -> line.contains("\"ready\""), READY_DEADLINE);
            return new Chat(process);
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    /** Waits until the clients are through. */
    public ChatReport await(Duration deadline) {
        return ChatReport.parse(process.awaitOutput(deadline));
    }

    /** Asks clients that would go on for ever to finish, and waits until every connection is closed. */
    public ChatReport finish(Duration deadline) {
        process.programs().forEach(ProcessHandle::destroy);
        return await(deadline);
    }

    /** Ends the server and returns what it counted. */
    public ChatReport stop() {
        return ChatReport.parse(process.stop());
    }

    @Override
    public void close() {
        process.close();
    }
}
