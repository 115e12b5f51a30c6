package dev.tidewait.lab.late;

import java.util.Locale;

/** How much a receiver lets the sender send ahead: as much of an old range is within reach. */
public enum Window {
    /** 64 KiB. */
    SMALL("4096 131072 131072", 0),
    /** Up to 8 MiB; where little is sent, a burst at the beginning of each connection opens it. */
    LARGE("4096 8388608 16777216", 128 << 10);

    /** Value of {@code tcp_rmem}. */
    final String receiveMemory;

    /** Bytes that a slow sender sends at once before it is slow, where the sequence ranges lie apart all the same. */
    final long burstBytes;

    Window(String receiveMemory, long burstBytes) {
        this.receiveMemory = receiveMemory;
        this.burstBytes = burstBytes;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
