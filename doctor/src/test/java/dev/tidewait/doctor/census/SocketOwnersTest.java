package dev.tidewait.doctor.census;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a /proc made by hand. */
class SocketOwnersTest {
    @TempDir
    Path proc;

    @BeforeEach
    void makeProc() throws IOException {
        process(10, "nginx", "socket:[1]", "socket:[2]", "/dev/null");
        process(11, "squid", "socket:[3]", "pipe:[4]");
        Files.createDirectory(proc.resolve("12")); // ended meanwhile
        Files.createDirectory(proc.resolve("net"));
    }

    private void process(int pid, String name, String... targets) throws IOException {
        Path descriptors =
                Files.createDirectories(proc.resolve(Integer.toString(pid)).resolve("fd"));
        for (int i = 0; i < targets.length; i++) {
            Files.createSymbolicLink(descriptors.resolve(Integer.toString(i)), Path.of(targets[i]));
        }
        Files.writeString(proc.resolve(Integer.toString(pid)).resolve("comm"), name + "\n");
    }

    @Test
    void shouldNameWhoHoldsTheSockets() {
        SocketOwners owners = new SocketOwners(proc);
        int first = owners.addGroup();
        owners.add(first, 1);
        owners.add(first, 2);
        owners.add(first, 3);
        int second = owners.addGroup();
        owners.add(second, 4);

        owners.find();

        assertThat(owners.owners(first))
                .isEqualTo(new Owners(List.of(new Owner(10, "nginx", 2), new Owner(11, "squid", 1)), 0));
        assertThat(owners.owners(second)).as("a pipe is no socket").isEqualTo(new Owners(List.of(), 1));
        assertThat(owners.unseenSockets()).isEqualTo(1);
        assertThat(owners.isStoppedEarly()).isFalse();
    }

    @Test
    void shouldStopAtItsLimitWithinAProcess() {
        SocketOwners owners = new SocketOwners(proc, 2);
        int group = owners.addGroup();
        owners.add(group, 1);
        owners.add(group, 2);
        owners.add(group, 3);

        owners.find();

        int seen = owners.owners(group).seen().stream()
                .mapToInt(Owner::socketCount)
                .sum();
        assertThat(seen).as("two descriptors were read").isLessThanOrEqualTo(2);
        assertThat(owners.unseenSockets()).isEqualTo(3 - seen);
        assertThat(owners.isStoppedEarly()).isTrue();
    }

    @Test
    void shouldNotSayThatItStoppedEarlyWhereItFoundAll() throws IOException {
        Path alone = Files.createDirectory(proc.resolve("alone"));
        proc = alone;
        process(10, "nginx", "socket:[1]", "socket:[2]");
        SocketOwners owners = new SocketOwners(alone, 2);
        int group = owners.addGroup();
        owners.add(group, 1);
        owners.add(group, 2);

        owners.find();

        assertThat(owners.owners(group)).isEqualTo(new Owners(List.of(new Owner(10, "nginx", 2)), 0));
        assertThat(owners.isStoppedEarly()).isFalse();
    }
}
