package dev.tidewait.doctor.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class KernelMemoryTest {
    @Test
    void shouldCountEachSocketAndEachPortOnce() {
        Capacity capacity = new Capacity(1_000, 2, 5, 60_000, 0, 1);

        assertThat(KernelMemory.of(10_000, capacity).bytes()).isEqualTo(10_000 * 256 + 2_000 * 128 + 1_000 * 128);
        assertThat(KernelMemory.of(100, capacity).bytes()).isEqualTo(100 * (256 + 128 + 128));
        assertThat(KernelMemory.of(0, capacity).bytes()).isZero();
    }

    /** Off by more than a half, the figure would be worthless on this kernel. */
    @Test
    void shouldBeNearWhatThisKernelTakes() throws IOException {
        Path slab = Path.of("/sys/kernel/slab/tw_sock_TCP/slab_size");
        assumeTrue(Files.isReadable(slab), "needs SLUB's directory in /sys and the right to read it");

        assertThat(Integer.parseInt(Files.readString(slab).strip()))
                .isBetween(KernelMemory.SOCKET_BYTES / 2, KernelMemory.SOCKET_BYTES * 3 / 2);
    }
}
