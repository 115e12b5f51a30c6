package dev.tidewait.app;

import dev.tidewait.app.binding.Setting;
import dev.tidewait.app.binding.SettingDescription;
import dev.tidewait.app.configuration.ConfigurationGuide;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tidewait explain KEY}: one setting in words. Used by the main thread only. */
@Command(name = "explain", description = "Explains one key of the configuration file, and those below it.")
final class ExplainCommand implements Callable<Integer> {
    @Parameters(paramLabel = "KEY", description = "Such as timeouts.idle, or timeWait for all that it holds.")
    private String key;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<SettingDescription> found = ConfigurationGuide.find(key);
        if (found.isEmpty()) {
            spec.commandLine().getErr().println("there is no key '" + key + "'" + ConfigurationGuide.suggestion(key));
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

    private static void line(PrintWriter out, String label, String text) {
        if (!text.isEmpty() && !text.equals("{}")) {
            out.println("    " + label + ": " + text);
        }
    }
}
