package dev.tidewait.lab.campus;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A program of its own: many people behind one proxy, each visit on a virtual thread. An open loop: visit i is due at i ÷ rate. Says how it
 * stands on standard error once a second, one JSON object a line, and all of it on standard output at the end. Ends by itself.
 */
@Command(name = "campus-clients")
@SuppressWarnings("NullAway.Init") // set by picocli before call()
public final class CampusClients implements Callable<Integer> {
    private static final int MOST_OPEN = 4_000;
    private static final long SECOND_NANOS = 1_000_000_000L;
    /** Every visit has its own deadlines; this one is for all that are left at the end. */
    private static final long LAST_MOST_NANOS = 60 * SECOND_NANOS;

    @Option(names = "--proxy", required = true)
    private String proxy;

    @Option(names = "--socks", required = true)
    private String socks;

    @Option(names = "--first-origin", required = true)
    private InetAddress firstOrigin;

    @Option(names = "--origins", required = true)
    private int origins;

    @Option(names = "--refusing", required = true)
    private int refusing;

    @Option(names = "--silent", required = true)
    private InetAddress silent;

    @Option(names = "--first-client", required = true)
    private InetAddress firstClient;

    @Option(names = "--clients", required = true)
    private int clients;

    @Option(names = "--ways", required = true, split = ",")
    private List<Way> ways;

    @Option(names = "--rate", required = true)
    private double perSecond;

    @Option(names = "--seconds", required = true)
    private int seconds;

    private final Diary diary = new Diary();
    private final Semaphore room = new Semaphore(MOST_OPEN);

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new CampusClients())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() {
        Town town = new Town(endpoint(proxy), endpoint(socks), firstOrigin, origins, refusing, silent);
        System.err.println("{\"ready\":true}");
        try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            long begin = System.nanoTime();
            long nextReport = SECOND_NANOS;
            SplittableRandom random = new SplittableRandom(20_261_127);
            long visits = (long) (perSecond * seconds);
            for (long i = 0; i < visits; i++) {
                long due = (long) (i / perSecond * SECOND_NANOS);
                for (long now = System.nanoTime() - begin; now < due; now = System.nanoTime() - begin) {
                    LockSupport.parkNanos(due - now);
                }
                if (due >= nextReport) {
                    System.err.println(diary.json());
                    nextReport += SECOND_NANOS;
                }
                begin(people, town, random.split());
            }
            for (long end = System.nanoTime() + LAST_MOST_NANOS; diary.open() > 0 && System.nanoTime() < end; ) {
                LockSupport.parkNanos(SECOND_NANOS / 20);
            }
            System.out.println(diary.json());
            people.shutdownNow();
        }
        return 0;
    }

    private void begin(ExecutorService people, Town town, SplittableRandom random) {
        if (!room.tryAcquire()) {
            diary.notBegun();
            return;
        }
        Way way = ways.get(random.nextInt(ways.size()));
        Fate fate = Fate.at(random.nextInt(Integer.MAX_VALUE));
        diary.begins(way, fate);
        people.execute(() -> {
            try {
                Visit.by(way).make(Town.plus(firstClient, random.nextInt(clients)), town, fate, random.nextInt());
                diary.wentWell();
            } catch (SocketTimeoutException e) {
                diary.wentWrong(way, fate, "no answer in time");
            } catch (IOException | RuntimeException e) {
                diary.wentWrong(way, fate, String.valueOf(e.getMessage()));
            } finally {
                room.release();
            }
        });
    }

    private static InetSocketAddress endpoint(String text) {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, colon).replaceAll("[\\[\\]]", "");
        return new InetSocketAddress(host, Integer.parseInt(text.substring(colon + 1)));
    }
}
