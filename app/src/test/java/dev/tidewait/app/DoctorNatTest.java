package dev.tidewait.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code tidewait doctor} prints on a host that translates source addresses. */
@Timeout(120)
final class DoctorNatTest {
    private static final String TRANSLATE =
            "add table ip nat; add chain ip nat leave { type nat hook postrouting priority srcnat; };"
                    + " add rule ip nat leave oifname \"tw0\" ip protocol tcp snat to 10.201.0.1:50000-50099";

    @Test
    void shouldShowWhatIsTranslated() throws Exception {
        Schema rules = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(CommandRun.of("doctor", "--schema").out(), InputFormat.JSON);
        InNamespace.run(() -> {
            try (ServerHost server = new ServerHost()) {
                nft(TRANSLATE);
                for (int i = 0; i < 3; i++) {
                    new Socket(InetAddress.ofLiteral(ServerHost.ADDRESS), ServerHost.PORT).close();
                    assertThat(server.nextClient().getPort()).isBetween(50_000, 50_099);
                }

                String json = CommandRun.of("doctor", "--json").out();
                assertThat(rules.validate(json, InputFormat.JSON)).isEmpty();
                assertThat(json)
                        .contains("\"nat\" : {", "\"source\" : \"10.201.0.1\"", "\"timeWaitSeconds\" : 120")
                        .containsPattern("\"mappings\" : 3,\\s+\"closed\"");
                assertThat(CommandRun.of("doctor").out())
                        .contains("connection tracking: 3 of ", "one stays 120 s after the close")
                        .contains("NAT: 3 connections leave with another source; 64,512 ports for each such address");
                return json;
            }
        });
    }

    private static void nft(String commands) throws Exception {
        Process nft = new ProcessBuilder("nft", commands).inheritIO().start();
        assertThat(nft.waitFor()).isZero();
    }
}
