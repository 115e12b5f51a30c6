package dev.tidewait.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewait.app.configuration.Configuration;
import dev.tidewait.app.configuration.ConfigurationFile;
import dev.tidewait.app.configuration.Loaded;
import dev.tidewait.proxy.DepartedRules;
import org.junit.jupiter.api.Test;

/** From the words of the file to what the proxy is told. */
final class SettingsMappingTest {
    /** Somebody may still have a connection to a listener that was removed because it was too open. */
    @Test
    void shouldHaveTheRulesOfTheFileForKindsOfListenersThatItDoesNotName() {
        DepartedRules departed = SettingsMapping.proxy(good("""
                        listeners: [{ name: db, type: tcp, bind: 127.0.0.1:5432, upstream: postgres }]
                        upstreams: { postgres: { servers: [10.0.0.5:5432] } }
                        access: { allow: [10.0.0.0/8], deny-methods: [GET], connect-ports: [8443], socks-ports: [22] }
                        """)).departed();
        assertThat(departed.http().clients()).hasToString("[10.0.0.0/8]");
        assertThat(departed.http().connectPorts()).hasToString("[8443]");
        assertThat(departed.http().denials().methods()).containsExactly("GET");
        assertThat(departed.socks().clients()).hasToString("[10.0.0.0/8]");
        assertThat(departed.socks().connectPorts()).hasToString("[22]");
    }

    private static Configuration good(String text) {
        Loaded loaded = ConfigurationFile.parse("f", text);
        assertThat(loaded).isInstanceOf(Loaded.Good.class);
        return ((Loaded.Good) loaded).configuration();
    }
}
