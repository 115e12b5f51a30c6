package dev.tidewait.proxy.address;

/** Kinds of destination addresses that lead somewhere else than to the network a client may think of. */
public enum DestinationClass {
    /** 127.0.0.0/8, ::1: services of this very host. */
    LOOPBACK("loopback"),
    /** 169.254.0.0/16, fe80::/10: among them the metadata service of clouds. */
    LINK_LOCAL("link-local"),
    /** 0.0.0.0/8, ::: the kernel takes them for this host. */
    UNSPECIFIED("unspecified"),
    /** 224.0.0.0/4, 240.0.0.0/4, ff00::/8: never the end of a TCP connection. */
    MULTICAST("multicast"),
    /** An address of one of this host's interfaces. */
    OWN("own");

    private final String text;

    DestinationClass(String text) {
        this.text = text;
    }

    /** As written in the configuration. */
    public String text() {
        return text;
    }
}
