package dev.tidewait.app.option;

import dev.tidewait.app.binding.BadValueException;
import dev.tidewait.app.binding.Durations;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How options write a length of time: {@code 15s}, {@code 500ms}. */
public final class LengthValue implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        try {
            return Durations.read(text);
        } catch (BadValueException e) {
            throw new TypeConversionException("'" + text + "' is not a length such as 15s or 500ms: " + e.getMessage());
        }
    }
}
