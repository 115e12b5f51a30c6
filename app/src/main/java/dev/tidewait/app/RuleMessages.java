package dev.tidewait.app;

import dev.tidewait.proxy.address.Addresses;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/** What {@code run}, {@code attach} and {@code detach} say on standard error. No state. */
final class RuleMessages {
    private RuleMessages() {}

    static void say(CommandSpec spec, String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("tidewait: " + line);
        err.flush();
    }

    /** @param who begins the sentence, such as "nginx" */
    static void sayPorts(CommandSpec spec, String who, RulePlan plan) {
        int ports = plan.settings().ports().size();
        say(
                spec,
                String.format(
                        Locale.ROOT,
                        "%s connects from %,d ports, %s",
                        who,
                        ports,
                        StartSummary.rule(plan.settings().floors(), ports)));
    }

    /** Where the admin endpoint is, if there is one. */
    static void sayAdmin(CommandSpec spec, RuleSession session) {
        session.adminAddress()
                .ifPresent(address -> say(
                        spec, "admin: http://" + Addresses.text(address) + " (/table, /ports, /metrics, /healthz)"));
    }
}
