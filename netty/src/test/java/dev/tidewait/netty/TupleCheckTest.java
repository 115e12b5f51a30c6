package dev.tidewait.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.linux.Errno;
import dev.tidewait.linux.Refused;
import dev.tidewait.linux.SocketAnswer;
import org.junit.jupiter.api.Test;

final class TupleCheckTest {
    @Test
    void shouldNotUseWhatTheKernelSaysNothingAbout() {
        Refused refused = new Refused(Errno.ENOBUFS, "Try again.");
        assertThat(TupleCheck.afterLookUp(refused)).isEqualTo(TupleCheck.Answer.HELD);
        assertThat(TupleCheck.afterLookUp(new SocketAnswer.Free())).isEqualTo(TupleCheck.Answer.READY);
    }
}
