package dev.tidewait.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CgroupMountTest {
    private static final String V1 = """
            31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
            32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
            """;

    @Test
    void shouldFindVersionTwoBesideVersionOne() {
        assertThat(CgroupMount.parse(
                        V1 + "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw\n"))
                .containsExactly(new CgroupMount(Path.of("/sys/fs/cgroup/unified"), "/"));
    }

    @Test
    void shouldFindVersionTwoAloneWithOptionalFieldsOrWithout() {
        for (String optional : new String[] {"", " shared:4", " shared:4 master:1"}) {
            assertThat(CgroupMount.parse(
                            "35 24 0:30 / /sys/fs/cgroup rw,nosuid" + optional + " - cgroup2 cgroup2 rw,nsdelegate\n"))
                    .containsExactly(new CgroupMount(Path.of("/sys/fs/cgroup"), "/"));
        }
    }

    @Test
    void shouldFindNothingWhereOnlyVersionOneIsMounted() {
        assertThat(CgroupMount.parse(V1)).isEmpty();
        assertThat(CgroupMount.parse("40 31 0:37 / /mnt/cgroup2 rw - ext4 /dev/sda rw\n"))
                .isEmpty();
    }

    @Test
    void shouldNotTakeTheHostsCgroupsForThoseOfAContainer(@TempDir Path directory) throws IOException {
        CgroupMount hosts = new CgroupMount(directory.resolve("hosts"), "/../../..");
        CgroupMount own = new CgroupMount(directory.resolve("own"), "/");
        for (CgroupMount mount : List.of(hosts, own)) {
            Files.createDirectory(mount.point());
            Files.createFile(mount.point().resolve("cgroup.controllers"));
        }
        assertThat(CgroupMount.choose(List.of(hosts, own))).isEqualTo(own);
        assertThatThrownBy(() -> CgroupMount.choose(List.of(hosts)))
                .isInstanceOf(LinuxException.class)
                .hasMessageContainingAll(hosts.point().toString(), "are the host's", "--cgroupns=host");
        assertThatThrownBy(() -> CgroupMount.choose(List.of())).hasMessageContaining("cgroup v2 is not mounted here");
    }

    @Test
    void shouldReadBlanksInPaths() {
        assertThat(CgroupMount.parse("41 31 0:38 / /mnt/my\\040cgroups rw - cgroup2 none rw\n"))
                .containsExactly(new CgroupMount(Path.of("/mnt/my cgroups"), "/"));
    }

    @Test
    void shouldPlaceACgroupBelowTheMountPoint() {
        CgroupMount all = new CgroupMount(Path.of("/sys/fs/cgroup"), "/");
        assertThat(all.directory("/")).contains(Path.of("/sys/fs/cgroup"));
        assertThat(all.directory("/system.slice/nginx.service"))
                .contains(Path.of("/sys/fs/cgroup/system.slice/nginx.service"));
    }

    @Test
    void shouldKnowThatAContainerSeesOnlyItsOwnPart() {
        CgroupMount part = new CgroupMount(Path.of("/sys/fs/cgroup"), "/docker/0123");
        assertThat(part.directory("/docker/0123/web")).contains(Path.of("/sys/fs/cgroup/web"));
        assertThat(part.directory("/docker/4567")).isEmpty();
        assertThat(new CgroupMount(Path.of("/sys/fs/cgroup"), "/").directory("/../other"))
                .as("above the root of our cgroup namespace")
                .isEmpty();
    }
}
