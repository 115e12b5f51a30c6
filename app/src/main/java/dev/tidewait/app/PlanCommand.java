package dev.tidewait.app;

import dev.tidewait.app.plan.NextSteps;
import dev.tidewait.app.plan.Plan;
import dev.tidewait.app.plan.PlanCsv;
import dev.tidewait.app.plan.PlanJson;
import dev.tidewait.app.plan.PlanOptions;
import dev.tidewait.app.plan.PlanText;
import dev.tidewait.app.plan.PresetList;
import dev.tidewait.app.plan.RiskOptions;
import dev.tidewait.linux.LinuxException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tidewait plan}: the arithmetic of ports. Changes nothing and needs no rights. Used by the main thread only. */
@Command(
        name = "plan",
        description = {
            "How many connections a second do these ports allow, and what does a higher rate take? Without options: for this host's"
                    + " automatic ports, one source and one destination.",
            "",
            "Rate = ports x sources x destinations / (time open + TIME_WAIT)."
        },
        footer = {
            "",
            "Examples:",
            "  tidewait plan                   what does this host allow?",
            "  tidewait plan --rate 2000       what is missing for 2,000 a second?",
            "  tidewait plan --ports 32768 --time-wait 60s,30s,15s,10s",
            "                                  the table of the mailing list",
            "  tidewait plan --preset aws-nat-gateway --rate 3000 --hold 200ms",
            "  tidewait plan --preset list     documented systems and gateways",
            "  tidewait plan --risk --rate 2000 --tail imc15-98",
            "                                  what shorter lengths risk, by the model of docs/how-low.md",
            "",
            "More: docs/plan.md"
        },
        exitCodeList = {
            ExitCode.OK + ":done, also where the wanted rate is not possible",
            ExitCode.FAILED + ":a setting of this host could not be read; stderr says which",
            ExitCode.USAGE + ":wrong command line; nothing was done",
            ExitCode.LAUNCHER
        })
final class PlanCommand implements Callable<Integer> {
    @Option(
            names = "--rate",
            paramLabel = "N",
            description =
                    "A rate that is wanted, in requests a second; without --reuse-per-connection these are connections.")
    private Optional<Long> rate = Optional.empty();

    @Mixin
    private PlanOptions options = new PlanOptions();

    @Mixin
    private RiskOptions risk = new RiskOptions();

    @ArgGroup
    private FormatOptions format = new FormatOptions();

    @Spec
    private CommandSpec spec;

    /** At most one of them. */
    static final class FormatOptions {
        @Option(names = "--json", description = "Prints the plan as JSON.")
        private boolean json;

        @Option(names = "--csv", description = "Prints the table as CSV.")
        private boolean csv;
    }

    @Override
    public Integer call() {
        if (options.asksForPresets()) {
            return print(PresetList.lines());
        }
        try {
            return print(options.plan(rate, risk));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        } catch (LinuxException e) {
            spec.commandLine().getErr().println("tidewait plan: " + e.getMessage() + " Or say --ports or --preset.");
            return ExitCode.FAILED;
        }
    }

    private int print(Plan plan) {
        if (format.json) {
            PrintWriter out = spec.commandLine().getOut();
            out.print(Json.pretty(json -> PlanJson.write(json, plan)));
            out.flush();
            return ExitCode.OK;
        }
        if (format.csv) {
            return print(PlanCsv.lines(plan));
        }
        List<String> lines = new ArrayList<>(PlanText.lines(plan));
        lines.add("");
        lines.addAll(new NextSteps(plan, given()).lines());
        return print(lines);
    }

    private int print(List<String> lines) {
        PrintWriter out = spec.commandLine().getOut();
        lines.forEach(out::println);
        out.flush();
        return ExitCode.OK;
    }

    /** The options as they were typed. */
    private Map<String, String> given() {
        Map<String, String> given = new LinkedHashMap<>();
        for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
            boolean isFlag = option.arity().max() == 0;
            given.put(option.longestName(), isFlag ? "" : String.join(",", option.originalStringValues()));
        }
        return given;
    }
}
