package dev.tidewait.app.reap;

import dev.tidewait.hook.DestinationMatch;
import dev.tidewait.ports.PortSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How the options' values are written. No state. */
public final class ReapValues {
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,3})?)\\s*%");

    private ReapValues() {}

    /** {@code 45%} as 0.45. */
    public static final class Percent implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            Matcher matcher = PERCENT.matcher(text.strip());
            if (!matcher.matches()) {
                throw new TypeConversionException("'" + text + "' is not a percentage such as 45%");
            }
            return Double.parseDouble(matcher.group(1)) / 100;
        }
    }

    /** {@code 203.0.113.0/24:443}. */
    public static final class Destinations implements ITypeConverter<DestinationMatch> {
        @Override
        public DestinationMatch convert(String text) {
            try {
                return DestinationMatch.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** {@code 198.51.100.7} or {@code 198.51.100.0/28}. */
    public static final class Sources implements ITypeConverter<DestinationMatch> {
        @Override
        public DestinationMatch convert(String text) {
            try {
                DestinationMatch match = DestinationMatch.parse(text);
                if (match.port() == 0) {
                    return match;
                }
            } catch (IllegalArgumentException e) {
                // said below, in the words of a source
            }
            throw new TypeConversionException("'" + text
                    + "' is not a source such as 198.51.100.7, 198.51.100.0/28 or 2001:db8::/64 (without a port)");
        }
    }

    /** {@code 32768-60999}. */
    public static final class Ports implements ITypeConverter<PortSet> {
        @Override
        public PortSet convert(String text) {
            try {
                return PortSet.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
