package dev.tidewait.app.configuration;

/** Which way to the kernel is used. */
public enum TransportChoice {
    AUTO("auto"),
    EPOLL("epoll"),
    IO_URING("io_uring"),
    NIO("nio");

    private final String word;

    TransportChoice(String word) {
        this.word = word;
    }

    @Override
    public String toString() {
        return word;
    }
}
