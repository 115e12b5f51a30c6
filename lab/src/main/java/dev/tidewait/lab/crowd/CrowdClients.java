package dev.tidewait.lab.crowd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A program of its own: members of one habit. They come (and {@code {"ready":true}} is said on standard error when all are there), stay
 * until the program is told to stop (SIGTERM), and what became of them is said on standard output then.
 */
@Command(name = "crowd-clients")
@SuppressWarnings("NullAway.Init") // set by picocli before call()
public final class CrowdClients implements Callable<Integer> {
    /** So many connect at the same time. */
    private static final int COMING_AT_ONCE = 64;

    private static final int MEMBERS_PER_ADDRESS = 500;

    @Option(names = "--habit", required = true)
    private Habit habit;

    @Option(names = "--passage", required = true)
    private Passage passage;

    @Option(names = "--quick", required = true)
    private String quick;

    @Option(names = "--count", required = true)
    private int count;

    @Option(names = "--proxy-host", required = true)
    private InetAddress proxyHost;

    @Option(names = "--proxy-port", required = true)
    private int proxyPort;

    @Option(names = "--target", required = true)
    private String target;

    @Option(names = "--first-client", required = true)
    private InetAddress firstClient;

    @Option(names = "--skip", description = "so many client addresses", required = true)
    private int skip;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new CrowdClients())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException, ExecutionException {
        List<Member> members = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            InetSocketAddress proxy = new InetSocketAddress(proxyHost, proxyPort);
            Semaphore room = new Semaphore(COMING_AT_ONCE);
            List<Future<Member>> coming = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                InetAddress from = plus(firstClient, skip + i / MEMBERS_PER_ADDRESS);
                coming.add(threads.submit(() -> {
                    room.acquire();
                    try {
                        return Member.open(habit, passage, from, proxy, target, quick);
                    } finally {
                        room.release();
                    }
                }));
            }
            for (Future<Member> member : coming) {
                members.add(member.get());
            }
            if (habit != Habit.IDLE) {
                for (int i = 0; i < count; i++) {
                    Member member = members.get(i);
                    double place = (double) i / count;
                    threads.execute(() -> member.live(place));
                }
            }
            // SIGTERM begins the JVM's end: the hook says what there is to say, and ends it with exit code 0.
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
                System.out.println(report(members));
                System.out.flush();
                Runtime.getRuntime().halt(0);
            }));
            System.err.println("{\"ready\":true}");
            new CountDownLatch(1).await(); // until SIGTERM
        }
        return 0;
    }

    private String report(List<Member> members) {
        long lost = 0;
        long bytes = 0;
        long most = 0;
        for (Member member : members) {
            try {
                lost += member.hasEnded() ? 1 : 0;
            } catch (IOException e) {
                lost++;
            }
            bytes += member.bytes();
            most = Math.max(most, member.bytes());
        }
        return "{\"members\":" + members.size() + ",\"lost\":" + lost + ",\"bytes\":" + bytes + ",\"most_bytes\":"
                + most + "}";
    }

    private static InetAddress plus(InetAddress first, int number) {
        byte[] bytes = first.getAddress();
        bytes[bytes.length - 1] += (byte) number;
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // its length is an address's
        }
    }
}
