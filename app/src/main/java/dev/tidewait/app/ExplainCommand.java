package dev.tidewait.app;

import dev.tidewait.app.binding.SettingDescription;
import dev.tidewait.app.binding.Suggestion;
import dev.tidewait.app.configuration.ConfigurationGuide;
import dev.tidewait.doctor.finding.Check;
import dev.tidewait.doctor.finding.Checks;
import dev.tidewait.doctor.finding.Explanation;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tidewait explain KEY}: one setting, or one finding, in words. Used by the main thread only. */
@Command(
        name = "explain",
        description = {
            "Explains one key of the configuration file, and those below it, or a finding of 'tidewait doctor': what it is, its unit, its default,"
                    + " why it is so, and the source.",
            "Without KEY it lists them all."
        },
        footer = {
            "",
            "Examples:",
            "  tidewait explain timeouts.idle",
            "  tidewait explain timeWait                a section, and all keys below it",
            "  tidewait explain narrow-range            the name in brackets behind a finding",
            "  tidewait explain | grep port             which keys there are",
        })
final class ExplainCommand implements Callable<Integer> {
    /** Of a line of the list, so that it stays one in a usual window. */
    private static final int MOST_CHARACTERS = 118;

    /** The same keys as below timeWait, for some destinations. */
    private static final String OVERLAY = "destinations.timeWait.";

    @Parameters(
            arity = "0..1",
            paramLabel = "KEY",
            description = "Such as timeouts.idle, or timeWait for all that it holds, or narrow-range.")
    private @Nullable String key;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        return key == null ? list() : explain(key);
    }

    private int explain(String wanted) {
        Optional<Explanation> finding = Checks.explain(wanted);
        List<SettingDescription> settings = ConfigurationGuide.find(wanted);
        if (finding.isEmpty() && settings.isEmpty()) {
            spec.commandLine().getErr().println("there is no key '" + wanted + "'" + suggestion(wanted));
            return ExitCode.USAGE;
        }
        finding.ifPresent(this::print);
        settings.forEach(this::print);
        return ExitCode.OK;
    }

    private int list() {
        out().println("Keys of the configuration file:");
        ConfigurationGuide.all()
                .forEach(one -> out().println(entry(one.path(), one.setting().value())));
        out().println();
        out().println("Findings of the doctor:");
        findings().forEach(one -> out().println(entry(one.key(), one.what())));
        return ExitCode.OK;
    }

    /** The first sentence, as far as it goes into a line. */
    private static String entry(String name, String what) {
        int end = what.indexOf(". ");
        String line = String.format(Locale.ROOT, "  %-31s %s", name, end < 0 ? what : what.substring(0, end + 1));
        if (line.length() <= MOST_CHARACTERS) {
            return line;
        }
        return line.substring(0, line.lastIndexOf(' ', MOST_CHARACTERS - 2)) + " …";
    }

    private void print(SettingDescription one) {
        out().println(one.path());
        out().println("    " + one.setting().value());
        String word = one.setting().mayBeOff() ? "off" : one.setting().word();
        line("value", one.kind() + (word.isEmpty() ? "" : "; or " + word));
        line("unit", one.unit());
        line("at least", one.setting().min());
        line("at most", one.setting().max());
        line("default", standard(one));
        line("why", one.setting().why());
        line("source", one.setting().source());
    }

    private static String standard(SettingDescription one) {
        if (one.standard().equals("{}")) {
            return "that of each key below";
        }
        boolean isOverlay = one.path().startsWith(OVERLAY);
        return isOverlay ? "what 'timeWait' says; if that says nothing, " + one.standard() : one.standard();
    }

    private void print(Explanation finding) {
        out().println(finding.key());
        out().println("    " + finding.what());
        line("unit", finding.unit());
        line("usual", finding.usual());
        line("why", finding.why());
        line("source", finding.source());
    }

    private void line(String label, String text) {
        if (!text.isEmpty()) {
            out().println("    " + label + ": " + text);
        }
    }

    /** The keys of either kind that were probably meant: those that are nearest as a whole, or by their end. */
    private static String suggestion(String wanted) {
        List<String> names = Stream.concat(
                        ConfigurationGuide.all().stream().map(SettingDescription::path),
                        findings().map(Explanation::key))
                .toList();
        List<String> nearest = Suggestion.allNearest(
                wanted,
                names.stream().flatMap(ExplainCommand::ends).collect(Collectors.toCollection(LinkedHashSet::new)));
        return nearest.isEmpty()
                ? "; 'tidewait explain' lists them all"
                : names.stream()
                        .filter(name -> ends(name).anyMatch(nearest::contains))
                        .collect(Collectors.joining("' or '", "; did you mean '", "'?"));
    }

    /** The key, and what is left of it behind each of its dots. */
    private static Stream<String> ends(String name) {
        return Stream.iterate(
                name, end -> !end.isEmpty(), end -> end.contains(".") ? end.substring(end.indexOf('.') + 1) : "");
    }

    private static Stream<Explanation> findings() {
        return Checks.inOrder().stream().map(Check::explanation);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
