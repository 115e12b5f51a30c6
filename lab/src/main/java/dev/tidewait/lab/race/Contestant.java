package dev.tidewait.lab.race;

import dev.tidewait.lab.program.PeerProgram;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Who takes part. Immutable; {@link #toString} is the second part of a cell's name. */
enum Contestant {
    /** {@code tidewait proxy}, as delivered. */
    TIDEWAIT("Tidewait"),
    /** Its best: {@code source ADDRESS:LOW-HIGH}, a ring of ports of its own. */
    HAPROXY_EXPLICIT("HAProxy, explicit ports"),
    /** Unmodified nginx under {@code tidewait run}. */
    NGINX_RUN("nginx under tidewait run"),
    HAPROXY("HAProxy as shipped"),
    HAPROXY_TW_REUSE("HAProxy, tcp_tw_reuse=1"),
    NGINX("nginx as shipped"),
    NGINX_TW_REUSE("nginx, tcp_tw_reuse=1"),
    SQUID("Squid"),
    /** A proxy in Java on the same network library: Vert.x's http-proxy. */
    VERTX("Vert.x http-proxy");

    private static final Set<Work> NEW_CONNECTIONS =
            EnumSet.of(Work.NEW_CLIENT_FIRST, Work.NEW_SERVER_FIRST, Work.OPEN_HALF, Work.OPEN_MOST, Work.START);

    private final String title;

    Contestant(String title) {
        this.title = title;
    }

    /** For people. */
    String title() {
        return title;
    }

    /** Its program, where that is somebody else's with a version of its own. */
    Optional<PeerProgram> program() {
        return switch (this) {
            case TIDEWAIT, VERTX -> Optional.empty();
            case HAPROXY_EXPLICIT, HAPROXY, HAPROXY_TW_REUSE -> Optional.of(PeerProgram.HAPROXY);
            case NGINX_RUN, NGINX, NGINX_TW_REUSE -> Optional.of(PeerProgram.NGINX_STREAM);
            case SQUID -> Optional.of(PeerProgram.SQUID);
        };
    }

    /** It, or Tidewait for it, chooses from the ports outside the kernel's range, which is narrowed for that. */
    boolean choosesPorts() {
        return List.of(TIDEWAIT, HAPROXY_EXPLICIT, NGINX_RUN).contains(this);
    }

    boolean setsTwReuse() {
        return this == HAPROXY_TW_REUSE || this == NGINX_TW_REUSE;
    }

    /** A forward proxy is told by each request where to; the others know one server. */
    boolean isForwardProxy() {
        return this == TIDEWAIT || this == SQUID;
    }

    /** What it can do, or what says something. */
    boolean takesPartIn(Work work) {
        return switch (this) {
            case TIDEWAIT -> true;
            case HAPROXY_EXPLICIT ->
                work != Work.NO_TIMESTAMPS_TWO_SOURCES && work != Work.DESTINATIONS && work != Work.NEW_LONG;
            case NGINX_RUN ->
                NEW_CONNECTIONS.contains(work)
                        || EnumSet.of(Work.NEW_LONG, Work.NO_TIMESTAMPS, Work.HTTP_EACH, Work.HTTP_REUSED)
                                .contains(work);
            case HAPROXY ->
                EnumSet.of(Work.NEW_CLIENT_FIRST, Work.NEW_SERVER_FIRST, Work.NEW_LONG)
                        .contains(work);
            case NGINX ->
                EnumSet.of(
                                Work.NEW_CLIENT_FIRST,
                                Work.NEW_SERVER_FIRST,
                                Work.BULK_ONE,
                                Work.BULK_HUNDRED,
                                Work.NEW_LONG)
                        .contains(work);
            case HAPROXY_TW_REUSE, NGINX_TW_REUSE -> work == Work.NEW_CLIENT_FIRST || work == Work.NEW_SERVER_FIRST;
            case SQUID ->
                EnumSet.of(Work.HTTP_EACH, Work.HTTP_REUSED, Work.TUNNELS, Work.DESTINATIONS)
                        .contains(work);
            case VERTX -> EnumSet.of(Work.HTTP_EACH, Work.HTTP_REUSED).contains(work);
        };
    }

    /** Part of a race that was asked for without options. */
    boolean isUsualIn(Work work) {
        return switch (this) {
            case TIDEWAIT, HAPROXY_EXPLICIT -> true;
            case NGINX_RUN -> work.group().equals("a");
            default -> false;
        };
    }

    /** @throws IllegalArgumentException if there is none of that name */
    static Contestant named(String name) {
        return Arrays.stream(values())
                .filter(contestant -> contestant.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no contestant " + name));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
