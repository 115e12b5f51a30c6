package dev.tidewait.app.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CommandPathTest {
    @TempDir
    private Path directory;

    private Path file(String name, String mode) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.setPosixFilePermissions(
                Files.writeString(file, "#!/bin/sh\n"), PosixFilePermissions.fromString(mode));
    }

    @Test
    void shouldTakeTheFirstThatCanBeExecuted() throws IOException {
        file("one/tool", "rw-r--r--");
        Path second = file("two/tool", "rwxr-xr-x");
        file("three/tool", "rwxr-xr-x");
        Files.createDirectories(directory.resolve("zero/tool"));
        String path = "%1$s/zero:%1$s/none:%1$s/one:%1$s/two:%1$s/three".formatted(directory);
        assertThat(CommandPath.find("tool", path)).isEqualTo(new CommandPath.Found(second));
    }

    @Test
    void shouldNameTheFileThatMayNotBeExecuted() throws IOException {
        Path tool = file("one/tool", "rw-r--r--");
        assertThat(CommandPath.find("tool", directory + "/one"))
                .isInstanceOfSatisfying(
                        CommandPath.NotExecutable.class,
                        answer -> assertThat(answer.message()).contains(tool.toString(), "chmod +x"));
        assertThat(CommandPath.find(directory.toString(), ""))
                .isInstanceOfSatisfying(
                        CommandPath.NotExecutable.class,
                        answer -> assertThat(answer.message()).contains("is a directory"));
    }

    @Test
    void shouldSayWhereItLooked() {
        assertThat(CommandPath.find("no-such", "/bin:/usr/bin"))
                .isInstanceOfSatisfying(
                        CommandPath.NotFound.class,
                        answer -> assertThat(answer.message()).contains("'no-such' in PATH (/bin:/usr/bin)"));
        assertThat(CommandPath.find("", "/bin")).isInstanceOf(CommandPath.NotFound.class);
        assertThat(CommandPath.find("a\0b", "/bin")).isInstanceOf(CommandPath.NotFound.class);
        assertThat(CommandPath.find("./no-such", "/bin")).isInstanceOf(CommandPath.NotFound.class);
    }

    @Test
    void shouldReadALineOfTheUserDatabase() {
        assertThat(OtherUser.parse("www-data:x:33:34:www, data:/var/www:/usr/sbin/nologin"))
                .contains(new OtherUser("www-data", 33, 34, "/var/www", "/usr/sbin/nologin"));
        assertThat(OtherUser.parse("")).isEmpty();
        assertThat(OtherUser.parse("a:x:b:c:d:e:f")).isEmpty();
    }
}
