package dev.tidewait.app;

import dev.tidewait.app.accesslog.AccessLogWriter;
import dev.tidewait.app.accesslog.LogSink;
import dev.tidewait.app.accesslog.UnusableLogException;
import dev.tidewait.app.admin.ReloadCounters;
import dev.tidewait.app.configuration.Configuration;
import dev.tidewait.app.configuration.ConfigurationChange;
import dev.tidewait.app.configuration.ConfigurationFile;
import dev.tidewait.app.configuration.Loaded;
import dev.tidewait.proxy.ProxyServer;
import java.net.BindException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration file again and lets it apply, all or nothing. Any thread but an event loop; one at a time.
 *
 * <p>What can fail comes first: reading, then the access log's new file, then new addresses to listen on. After that nothing can. See
 * docs/decisions/024-reload.md for what takes effect when.
 */
final class Reload {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    private final Optional<Path> file;
    private final ProxyServer server;
    private final Outgoing outgoing;
    private final AccessLogWriter accessLog;
    private final ReloadCounters counters;
    private volatile Configuration running;

    /**
     * @param file where the configuration came from; empty = it is the defaults
     * @param running what applies now
     */
    Reload(
            Optional<Path> file,
            Configuration running,
            ProxyServer server,
            Outgoing outgoing,
            AccessLogWriter accessLog,
            ReloadCounters counters) {
        this.file = file;
        this.running = running;
        this.server = server;
        this.outgoing = outgoing;
        this.accessLog = accessLog;
        this.counters = counters;
        counters.applied(System.currentTimeMillis());
    }

    /** What applies now. */
    Configuration running() {
        return running;
    }

    synchronized ReloadOutcome reload() {
        if (file.isEmpty()) {
            return impossible("there is no configuration file to read again: this proxy was started with its defaults."
                    + " Start it with -c FILE");
        }
        return switch (ConfigurationFile.read(file.get())) {
            case Loaded.Bad bad -> {
                counters.refused(System.currentTimeMillis());
                bad.problems().forEach(problem -> LOG.error("reload: {}", problem));
                LOG.error("reload: {} is wrong; the configuration of before stays in force", file.get());
                yield new ReloadOutcome.Wrong(counters.generation(), bad.problems());
            }
            case Loaded.Good good -> apply(good.configuration());
        };
    }

    private ReloadOutcome apply(Configuration wanted) {
        Configuration possible = wanted.within(running);
        List<ConfigurationChange> changes = ConfigurationChange.between(running, possible, wanted);
        if (!possible.equals(running)) {
            Optional<LogSink> sink = Optional.empty();
            boolean otherLog = !possible.accessLog().equals(running.accessLog());
            try {
                sink = otherLog ? possible.accessLog().map(LogSink::open) : Optional.empty();
                server.reload(SettingsMapping.proxy(possible));
            } catch (BindException | UnusableLogException | IllegalStateException e) {
                sink.ifPresent(LogSink::discard);
                return impossible(String.valueOf(e.getMessage()));
            }
            if (otherLog) {
                accessLog.use(sink);
            }
            running = possible;
        }
        outgoing.regulate(running); // also where nothing has changed: what was measured may have
        long generation = counters.applied(System.currentTimeMillis());
        LOG.info(
                "reload: {} applies, generation {}, {}",
                file.orElseThrow(),
                generation,
                changes.isEmpty() ? "nothing has changed" : changes.size() + " changes:");
        changes.forEach(change -> LOG.info("reload: {}", change));
        return new ReloadOutcome.Applied(generation, changes);
    }

    private ReloadOutcome impossible(String why) {
        counters.refused(System.currentTimeMillis());
        LOG.error("reload: {}; the configuration of before stays in force", why);
        return new ReloadOutcome.Impossible(counters.generation(), why);
    }
}
