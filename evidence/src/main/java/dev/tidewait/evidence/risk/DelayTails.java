package dev.tidewait.evidence.risk;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The tails that have names. No state. */
public final class DelayTails {
    private static final double[] IMC15_BEYOND = {0.50, 0.20, 0.10, 0.05, 0.02, 0.01};

    /** A tail whose delays are ping times: an upper bound for one way. Mostly of the network's edge, where cellular links are. */
    private static final List<DelayTail> KNOWN = List.of(
            imc15(50, 0.19, 0.21, 0.26, 0.42, 0.53, 0.64),
            imc15(90, 0.31, 0.42, 0.57, 0.84, 1.61, 3),
            imc15(95, 1.42, 2.38, 3, 5, 9, 15),
            imc15(98, 1.94, 4, 6, 12, 41, 78),
            imc15(99, 2.31, 4, 8, 22, 76, 145));

    private DelayTails() {}

    private static DelayTail imc15(int addresses, double... seconds) {
        List<MeasuredTail.Point> points = new ArrayList<>(IntStream.range(0, seconds.length)
                .mapToObj(i -> new MeasuredTail.Point(seconds[i], IMC15_BEYOND[i]))
                .toList());
        return new MeasuredTail(
                "imc15-" + addresses,
                "Padmanabhan et al., IMC 2015: ping times that cover the pings of %d %% of the Internet's addresses"
                        .formatted(addresses),
                points);
    }

    /** From the literature, shortest first. */
    public static List<DelayTail> fromLiterature() {
        return KNOWN;
    }

    /** What {@link #named} takes, for a message. */
    public static String names() {
        return String.join(", ", KNOWN.stream().map(DelayTail::name).toList())
                + ", pareto:SECONDS:SHAPE, log-normal:SECONDS:SIGMA";
    }

    /** @throws IllegalArgumentException if there is none of that name; the message lists them */
    public static DelayTail named(String name) {
        Optional<DelayTail> known =
                KNOWN.stream().filter(tail -> tail.name().equals(name)).findFirst();
        return known.orElseGet(() -> formula(name));
    }

    private static DelayTail formula(String name) {
        String[] parts = name.split(":", -1);
        try {
            if (parts.length == 3 && parts[0].equals("pareto")) {
                return new ParetoTail(Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
            }
            if (parts.length == 3 && parts[0].equals("log-normal")) {
                return new LogNormalTail(Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + name + "' has no two numbers; a tail is one of " + names(), e);
        }
        throw new IllegalArgumentException("there is no tail '" + name + "'; there are " + names());
    }

    /** A number without needless zeros, so that a name can be read back. */
    static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
