package dev.tidewait.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class TidewaitMainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return TidewaitMain.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    @Test
    void shouldPrintVersionsToStandardOutput() {
        assertThat(run("version")).isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .contains("tidewait ", "Java " + Runtime.version().feature(), "Linux ");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldDocumentExitCodesInTheHelpOfEveryCommand() {
        for (String command : TidewaitMain.commandLine().getSubcommands().keySet()) {
            out.getBuffer().setLength(0);
            assertThat(run(command, "--help")).as(command).isEqualTo(ExitCode.OK);
            assertThat(out.toString())
                    .as(command)
                    .contains("tidewait " + command, "Exit codes:", "wrong command line; nothing was done");
        }
    }

    @Test
    void shouldDocumentTheExitCodesThatScriptsMeet() {
        assertThat(run("--help")).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).containsPattern("6 +of proxy: an address to listen on");
        out.getBuffer().setLength(0);
        assertThat(run("proxy", "--help")).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("3-5", "the build failed").containsPattern("6 +an address to listen on");
    }

    @Test
    void shouldNameTheWrongWordAndTheNextStepWhenTheCommandIsUnknown() {
        assertThat(run("versoin")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("versoin", "version", "See 'tidewait --help'.");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldRefuseToRunWithoutACommand() {
        assertThat(run()).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("Missing required subcommand");
    }

    @Test
    void shouldListEveryCommandInTheHelp() {
        assertThat(run("--help")).isEqualTo(ExitCode.OK);
        CommandLine line = TidewaitMain.commandLine();
        assertThat(out.toString()).contains(line.getSubcommands().keySet());
    }
}
