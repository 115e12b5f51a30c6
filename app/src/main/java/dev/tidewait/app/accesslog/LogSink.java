package dev.tidewait.app.accesslog;

import dev.tidewait.app.configuration.AccessLogSection;
import java.io.IOException;

/** One configuration of the access log, its place open. Handed to an {@link AccessLogWriter}, which owns it from then on. */
public final class LogSink {
    private final AccessLogSection section;
    private final LogTarget target;
    private final LineFormat format;

    LogSink(AccessLogSection section, LogTarget target) {
        this.section = section;
        this.target = target;
        this.format = LineFormat.of(section);
    }

    /** @throws UnusableLogException the file cannot be opened; the message says why and what to do */
    public static LogSink open(AccessLogSection section) {
        try {
            return new LogSink(section, LogTarget.open(section.file()));
        } catch (NoFileException e) {
            throw new UnusableLogException("accessLog.file: cannot write to " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UnusableLogException(
                    "accessLog.file: cannot write to " + section.file() + " (" + e
                            + "); create its directory, and let the user that runs tidewait write there",
                    e);
        }
    }

    public AccessLogSection section() {
        return section;
    }

    LogTarget target() {
        return target;
    }

    LineFormat format() {
        return format;
    }

    /** To be called only for a sink that no writer got. */
    public void discard() {
        try {
            target.close();
        } catch (IOException e) {
            throw new UnusableLogException("accessLog.file: cannot close " + section.file() + ": " + e, e);
        }
    }
}
