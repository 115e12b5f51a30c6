package dev.tidewait.ports;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SipHashTest {
    /** Key and messages of the paper's test vectors: bytes 0, 1, 2, …; those whose length is a whole number of words. */
    @Test
    void shouldGiveThePapersVectors() {
        SipHash hash = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
        long[] words = {
            0x0706050403020100L, 0x0f0e0d0c0b0a0908L, 0x1716151413121110L, 0x1f1e1d1c1b1a1918L, 0x2726252423222120L
        };

        assertThat(hash.hash()).isEqualTo(0x726fdb47dd0e0e31L);
        assertThat(hash.hash(words[0])).isEqualTo(0x93f5f5799a932462L);
        assertThat(hash.hash(words[0], words[1])).isEqualTo(0x3f2acc7f57c29bdbL);
        assertThat(hash.hash(words[0], words[1], words[2])).isEqualTo(0xb8ad50c6f649af94L);
        assertThat(hash.hash(words)).isEqualTo(0x0e3ea96b5304a7d0L);
    }
}
