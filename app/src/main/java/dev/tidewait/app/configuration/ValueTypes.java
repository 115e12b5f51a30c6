package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.BadValueException;
import dev.tidewait.app.binding.ScalarType;
import dev.tidewait.app.binding.ScalarTypes;
import dev.tidewait.app.binding.Suggestion;
import dev.tidewait.ports.PortSet;
import dev.tidewait.proxy.access.NamePattern;
import dev.tidewait.proxy.address.Cidr;
import dev.tidewait.proxy.address.DestinationClass;
import dev.tidewait.proxy.address.HostPort;
import dev.tidewait.proxy.address.IpLiteral;
import dev.tidewait.proxy.address.PortRange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** How addresses, ports and destinations are written. No state. */
final class ValueTypes {
    /** Below it ports need privileges and belong to services. */
    private static final int LOWEST_SOURCE_PORT = 1024;

    private static final int DNS_PORT = 53;

    /** A block of more source addresses than this is a mistake in the prefix. */
    private static final int MOST_SOURCE_ADDRESSES = 4096;

    static final ScalarTypes ALL = new ScalarTypes(List.of(
            ScalarType.text(InetSocketAddress.class, "an address and a port such as 127.0.0.1:3128", ValueTypes::bind),
            ScalarType.text(
                    HostPort.class, "a server such as db.example.net:5432", text -> read(text, HostPort::parse)),
            ScalarType.text(Cidr.class, "addresses such as 10.0.0.0/8", text -> read(text, Cidr::parse)),
            ScalarType.textOrNumber(
                    PortRange.class, "a port or ports such as 8000-8099", text -> read(text, PortRange::parse)),
            ScalarType.text(DestinationMatch.class, "a destination such as 203.0.113.0/24:443", ValueTypes::match),
            ScalarType.text(
                    SourceBlock.class, "auto, or addresses of this host such as 198.51.100.7", ValueTypes::source),
            ScalarType.textOrNumber(
                    PortChoice.class, "auto, or ports such as 1024-32767,61000-65535", ValueTypes::ports),
            ScalarType.text(DestinationClass.class, "a kind of address", ValueTypes::destinationClass),
            ScalarType.text(NameServer.class, "auto, or a DNS server such as 192.0.2.53", ValueTypes::nameServer),
            ScalarType.text(
                    NamePattern.class,
                    "a name such as www.example.com or .example.com",
                    text -> read(text, NamePattern::parse)),
            ScalarType.text(Path.class, "a file such as /var/lib/tidewait/study.json", ValueTypes::path),
            ScalarType.text(UserFile.class, "a password file such as /etc/tidewait/users", UserFile::read),
            ScalarType.text(
                    LogPlace.class,
                    "stdout, stderr, or a file such as /var/log/tidewait/access.log",
                    ValueTypes::log)));

    private ValueTypes() {}

    static InetSocketAddress bind(String text) throws BadValueException {
        int colon = portColon(text);
        if (colon < 0) {
            throw new BadValueException("the port is missing; write address:port, or [address]:port for IPv6");
        }
        String host = text.substring(0, colon);
        if (host.isEmpty() || host.equals("*")) {
            throw new BadValueException("write 0.0.0.0" + text.substring(colon) + " for every IPv4 address, [::]"
                    + text.substring(colon) + " for every address");
        }
        String bare = withoutBrackets(host);
        if (bare.contains("/")) {
            throw new BadValueException("a listener has one address, not a block");
        }
        if (host.equals(bare) && bare.contains(":")) {
            throw new BadValueException("write an IPv6 address in brackets: [address]:port");
        }
        String port = text.substring(colon + 1);
        try {
            int number = port.equals("0") ? 0 : PortRange.parse(port).first();
            return new InetSocketAddress(Cidr.parse(bare).network(), number);
        } catch (IllegalArgumentException e) {
            boolean name = bare.chars().anyMatch(Character::isLetter) && !bare.contains(":");
            throw new BadValueException(
                    name ? "a listener needs an IP address, not a name" : String.valueOf(e.getMessage()));
        }
    }

    private static DestinationMatch match(String text) throws BadValueException {
        boolean six = !text.startsWith("[") && text.indexOf(':') != text.lastIndexOf(':');
        int colon = six ? -1 : portColon(text);
        String block = withoutBrackets(colon < 0 ? text : text.substring(0, colon));
        OptionalInt port = OptionalInt.empty();
        if (colon >= 0) {
            PortRange range = read(text.substring(colon + 1), PortRange::parse);
            if (range.first() != range.last()) {
                throw new BadValueException("only one port can be named; write an entry for each, or none");
            }
            port = OptionalInt.of(range.first());
        }
        return new DestinationMatch(read(block, Cidr::parse), port);
    }

    static SourceBlock source(String text) throws BadValueException {
        if (text.equals("auto")) {
            return SourceBlock.AUTO;
        }
        Cidr block = read(text, Cidr::parse);
        int free = block.network().getAddress().length * 8 - block.prefixLength();
        if (free >= Integer.SIZE || 1 << free > MOST_SOURCE_ADDRESSES) {
            throw new BadValueException("it holds more than " + MOST_SOURCE_ADDRESSES
                    + " addresses; name the addresses that this host has");
        }
        return new SourceBlock(Optional.of(block));
    }

    private static NameServer nameServer(String text) throws BadValueException {
        if (text.equals("auto")) {
            return NameServer.AUTO;
        }
        boolean six = !text.startsWith("[") && text.indexOf(':') != text.lastIndexOf(':');
        int colon = six ? -1 : portColon(text);
        String host = withoutBrackets(colon < 0 ? text : text.substring(0, colon));
        int port = colon < 0
                ? DNS_PORT
                : read(text.substring(colon + 1), PortRange::parse).first();
        InetAddress address = IpLiteral.parse(host);
        if (address == null) {
            throw new BadValueException("a DNS server needs an IP address, not a name");
        }
        return new NameServer(Optional.of(new InetSocketAddress(address, port)));
    }

    static PortChoice ports(String text) throws BadValueException {
        if (text.equals("auto")) {
            return PortChoice.AUTO;
        }
        PortSet ports = PortSet.EMPTY;
        for (String part : text.split(",", -1)) {
            PortRange range = read(part.strip(), PortRange::parse);
            if (range.first() < LOWEST_SOURCE_PORT) {
                throw new BadValueException("ports below 1024 belong to services; begin at 1024");
            }
            PortSet more = PortSet.range(range.first(), range.last());
            if (!ports.and(more).isEmpty()) {
                throw new BadValueException("the ports " + ports.and(more) + " are named twice");
            }
            ports = ports.plus(more);
        }
        return new PortChoice(Optional.of(ports));
    }

    private static DestinationClass destinationClass(String text) throws BadValueException {
        List<String> words = new ArrayList<>();
        for (DestinationClass kind : DestinationClass.values()) {
            if (kind.text().equals(text)) {
                return kind;
            }
            words.add(kind.text());
        }
        throw new BadValueException("it is none that is known" + Suggestion.among(text, words));
    }

    private static LogPlace log(String text) throws BadValueException {
        for (LogPlace.Stream stream : LogPlace.Stream.values()) {
            if (stream.toString().equals(text)) {
                return stream;
            }
        }
        return new LogPlace.File(path(text));
    }

    private static Path path(String text) throws BadValueException {
        try {
            Path path = Path.of(text).normalize();
            if (!path.isAbsolute()) {
                throw new BadValueException(
                        "a service has no directory of its own; write the whole path, beginning with /");
            }
            return path;
        } catch (InvalidPathException e) {
            throw new BadValueException("it is not a path: " + e.getReason());
        }
    }

    /** Where the colon before the port is; −1 if there is none. */
    private static int portColon(String text) {
        int colon = text.lastIndexOf(':');
        return colon > text.lastIndexOf(']') ? colon : -1;
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static <T> T read(String text, Function<String, T> parser) throws BadValueException {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new BadValueException(String.valueOf(e.getMessage()));
        }
    }
}
