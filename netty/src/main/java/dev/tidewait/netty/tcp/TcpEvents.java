package dev.tidewait.netty.tcp;

import io.netty.channel.epoll.EpollIoOps;

/** What epoll is told to watch for on a TCP connection, and what its answers mean (epoll_ctl(2)). No state. */
final class TcpEvents {
    private static final int READABLE = EpollIoOps.EPOLLIN.value();
    private static final int WRITABLE = EpollIoOps.EPOLLOUT.value();
    /** EPOLLPRI, which {@link EpollIoOps} has no name for: behind an urgent byte a read stops although there is more. */
    private static final int URGENT = 2;
    /** Of the peer, or of both ends (EPOLLHUP, which {@link EpollIoOps} has no name for). */
    private static final int ENDED = EpollIoOps.EPOLLRDHUP.value() | EpollIoOps.EPOLLERR.value() | 0x10;

    static final EpollIoOps INPUT = EpollIoOps.valueOf(
            EpollIoOps.EPOLLIN.value() | URGENT | EpollIoOps.EPOLLRDHUP.value() | EpollIoOps.EPOLLET.value());
    static final EpollIoOps INPUT_AND_OUTPUT = INPUT.with(EpollIoOps.EPOLLOUT);

    private TcpEvents() {}

    /** There may be something to read, be it the end. */
    static boolean concernInput(int events) {
        return (events & (READABLE | ENDED)) != 0;
    }

    /** A write may succeed, or fail where it waited. */
    static boolean concernOutput(int events) {
        return (events & (WRITABLE | ENDED)) != 0;
    }

    /** FIN or RST has come, or a connect has failed. */
    static boolean tellOfTheEnd(int events) {
        return (events & ENDED) != 0;
    }

    static boolean tellOfAnUrgentByte(int events) {
        return (events & URGENT) != 0;
    }
}
