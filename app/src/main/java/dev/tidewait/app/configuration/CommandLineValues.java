package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.BadValueException;
import java.net.InetSocketAddress;

/** Values of the configuration file that are also options of commands: written, checked and refused in the same words. No state. */
public final class CommandLineValues {
    private CommandLineValues() {}

    /** {@code auto}, or ports such as {@code 1024-32767,61000-65535}. */
    public static PortChoice ports(String text) throws BadValueException {
        return ValueTypes.ports(text);
    }

    /** Addresses of this host, such as {@code 198.51.100.7} or {@code 198.51.100.0/28}. */
    public static SourceBlock source(String text) throws BadValueException {
        return ValueTypes.source(text);
    }

    /** An address to listen on, such as {@code 127.0.0.1:8404}. */
    public static InetSocketAddress bind(String text) throws BadValueException {
        return ValueTypes.bind(text);
    }
}
