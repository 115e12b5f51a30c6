package dev.tidewait.app;

import dev.tidewait.app.binding.Setting;
import dev.tidewait.app.binding.SettingDescription;
import dev.tidewait.app.configuration.ConfigurationGuide;
import dev.tidewait.doctor.finding.Checks;
import dev.tidewait.doctor.finding.Explanation;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tidewait explain KEY}: one setting, or one finding, in words. Used by the main thread only. */
@Command(
        name = "explain",
        description =
                "Explains one key of the configuration file, and those below it, or a finding of 'tidewait doctor'.",
        footer = {
            "",
            "Examples:",
            "  tidewait explain timeouts.idle",
            "  tidewait explain narrow-range            the name in brackets behind a finding",
        })
final class ExplainCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "KEY",
            description = "Such as timeouts.idle, or timeWait for all that it holds, or narrow-range.")
    private String key;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Optional<Explanation> finding = Checks.explain(key);
        if (finding.isPresent()) {
            print(finding.get(), spec.commandLine().getOut());
            return ExitCode.OK;
        }
        List<SettingDescription> found = ConfigurationGuide.find(key);
        if (found.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("there is no key '" + key + "'" + ConfigurationGuide.suggestion(key)
                            + "; findings of the doctor are " + findings());
            return ExitCode.USAGE;
        }
        found.forEach(one -> print(one, spec.commandLine().getOut()));
        return ExitCode.OK;
    }

    private static void print(SettingDescription one, PrintWriter out) {
        Setting setting = one.setting();
        out.println(one.path());
        out.println("    " + setting.value());
        out.println("    value: " + one.kind() + (setting.mayBeOff() ? "; or off" : ""));
        line(out, "at least", setting.min());
        line(out, "at most", setting.max());
        line(out, "default", setting.whenAbsent());
    }

    private static void print(Explanation finding, PrintWriter out) {
        out.println(finding.key());
        out.println("    " + finding.what());
        line(out, "unit", finding.unit());
        line(out, "usual", finding.usual());
        line(out, "why", finding.why());
        line(out, "source", finding.source());
    }

    private static String findings() {
        return Checks.inOrder().stream()
                .map(check -> check.explanation().key())
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static void line(PrintWriter out, String label, String text) {
        if (!text.isEmpty() && !text.equals("{}")) {
            out.println("    " + label + ": " + text);
        }
    }
}
