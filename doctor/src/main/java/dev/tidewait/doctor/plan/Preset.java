package dev.tidewait.doctor.plan;

import java.util.Arrays;
import java.util.Optional;

/**
 * Documented defaults of systems and of gateways that translate addresses. Immutable. A gateway's figures hold for everybody behind it together unless the note says
 * otherwise, and whatever a host behind it does, the gateway keeps its ports for its own time.
 */
public enum Preset {
    LINUX(
            "linux",
            "Linux",
            Kind.HOST,
            28_232,
            60_000,
            "ip_local_port_range 32768-60999: https://docs.kernel.org/networking/ip-sysctl.html",
            "TCP_TIMEWAIT_LEN, a constant in include/net/tcp.h of the kernel",
            "A socket really lives 60.1 to 62.1 s, since the kernel's timer is coarse; the plan counts 60 s."),
    WINDOWS(
            "windows",
            "Windows Vista, Server 2008 and newer",
            Kind.HOST,
            16_384,
            120_000,
            "dynamic ports 49152-65535: https://dev.mysql.com/doc/mysql-windows-excerpt/5.7/en/can-not-connect-to-server-on-windows.html",
            "TcpTimedWaitDelay, the same page",
            "TcpTimedWaitDelay may be set to 30 to 300 s. Documents disagree on its default: 240 s for Windows 2000, 120 s later."),
    FREEBSD(
            "freebsd",
            "FreeBSD",
            Kind.HOST,
            55_536,
            60_000,
            "IPPORT_EPHEMERALFIRST 10000 to IPPORT_EPHEMERALLAST 65535 in sys/netinet/in.h",
            "2 x net.inet.tcp.msl (30000 ms): https://bugs.freebsd.org/15783",
            "As a server it drops a SYN on a four-tuple in TIME_WAIT silently if the sequence number is not above the last."),
    SOLARIS(
            "solaris",
            "Oracle Solaris 11",
            Kind.HOST,
            32_768,
            60_000,
            "smallest_anon_port 32768, largest_anon_port 65535: https://docs.oracle.com/cd/E36784_01/html/E36845/fahpq.html",
            "_time_wait_interval: https://docs.oracle.com/cd/E19683-01/817-1759/chapter4-51/index.html",
            "Up to 11.2 the manual says not to go below 60 s, of 11.4 not below 10 s."),
    AWS_NAT_GATEWAY(
            "aws-nat-gateway",
            "AWS NAT gateway",
            Kind.NAT,
            55_000,
            60_000,
            "55,000 connections at a time to each destination, for each of up to 8 addresses:"
                    + " https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html",
            "no length is documented; 60 s follows from an earlier edition of that page: about 900 connections a second, 55,000 a minute, to one destination",
            "All instances behind the gateway share the figure. --sources is the number of its addresses; its metric ErrorPortAllocation counts what failed."),
    AZURE_SNAT(
            "azure-snat",
            "Azure Load Balancer, SNAT by default allocation",
            Kind.NAT,
            1_024,
            240_000,
            "1,024 ports for each instance of a pool of up to 50:"
                    + " https://learn.microsoft.com/azure/load-balancer/load-balancer-outbound-connections",
            "240 s after a FIN, 15 s after an RST: the same page (edition of September 2020)",
            "The figure is one instance's. An outbound rule gives up to 64,000 ports of each address, shared by the pool; larger pools get 512 down to 32."),
    AZURE_NAT_GATEWAY(
            "azure-nat-gateway",
            "Azure NAT Gateway",
            Kind.NAT,
            50_000,
            65_000,
            "50,000 connections at a time to one destination for each of up to 16 addresses:"
                    + " https://learn.microsoft.com/azure/nat-gateway/nat-gateway-resource",
            "65 s after a FIN, 16 s after an RST: the same page, which says that these may change",
            "All instances of the subnets share the figure. --sources is the number of the gateway's addresses."),
    GOOGLE_CLOUD_NAT(
            "google-cloud-nat",
            "Google Cloud NAT, gateways created since 30 September 2026",
            Kind.NAT,
            64,
            30_000,
            "64 ports for each VM unless configured: https://cloud.google.com/nat/docs/ports-and-addresses",
            "30 s (tcp-time-wait-timeout): https://cloud.google.com/nat/docs/tune-nat-configuration",
            "The figure is one VM's; one address has 64,512. Gateways created between 30 June and 30 September 2026 have 30 or 120 s, by region."),
    GOOGLE_CLOUD_NAT_120S(
            "google-cloud-nat-120s",
            "Google Cloud NAT, older gateways",
            Kind.NAT,
            64,
            120_000,
            "64 ports for each VM unless configured: https://cloud.google.com/nat/docs/ports-and-addresses",
            "120 s: https://cloud.google.com/nat/docs/tune-nat-configuration",
            "The figure is one VM's; one address has 64,512. A gateway keeps the length that it was created with until --tcp-time-wait-timeout sets another."),
    CGN(
            "cgn",
            "carrier-grade NAT, RFC 6888",
            Kind.NAT_OF_ALL_DESTINATIONS,
            Capacity.MOST_USUAL_PORTS,
            120_000,
            "1024-65535 of one external address; the RFC has no figure for one subscriber",
            "REQ-8, 120 s before a port is given out again: https://www.rfc-editor.org/rfc/rfc6888",
            "A subscriber often gets a block of a few hundred or thousand: give it with --ports. A NAT that tracks TCP sessions may give ports out sooner (REQ-8, exception A).");

    /** Who keeps the ports, and what shares them. */
    public enum Kind {
        /** The host itself; a port serves each destination anew. */
        HOST,
        /** A gateway between; a port serves each destination anew. */
        NAT,
        /** A gateway whose port serves one mapping to all destinations (endpoint-independent mapping, RFC 5382 REQ-1). */
        NAT_OF_ALL_DESTINATIONS
    }

    private final String word;
    private final String title;
    private final Kind kind;
    private final int portCount;
    private final long timeWaitMillis;
    private final String portsFrom;
    private final String timeWaitFrom;
    private final String note;

    Preset(
            String word,
            String title,
            Kind kind,
            int portCount,
            long timeWaitMillis,
            String portsFrom,
            String timeWaitFrom,
            String note) {
        this.word = word;
        this.title = title;
        this.kind = kind;
        this.portCount = portCount;
        this.timeWaitMillis = timeWaitMillis;
        this.portsFrom = portsFrom;
        this.timeWaitFrom = timeWaitFrom;
        this.note = note;
    }

    /** The one that is called so on the command line. */
    public static Optional<Preset> called(String word) {
        return Arrays.stream(values())
                .filter(preset -> preset.word.equals(word))
                .findFirst();
    }

    /** What it is called on the command line. */
    public String word() {
        return word;
    }

    public String title() {
        return title;
    }

    public Kind kind() {
        return kind;
    }

    /** Ports of one source for one destination. */
    public int portCount() {
        return portCount;
    }

    /** How long a port rests after the close. */
    public long timeWaitMillis() {
        return timeWaitMillis;
    }

    /** What the number of ports is and which document says so. */
    public String portsFrom() {
        return portsFrom;
    }

    /** What the length is and which document says so. */
    public String timeWaitFrom() {
        return timeWaitFrom;
    }

    /** What else to know. */
    public String note() {
        return note;
    }
}
