package dev.tidewait.lab;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate that nobody has signed but itself, made by openssl. Immutable.
 *
 * @param context for a server that shows it
 * @param pem for clients that shall trust it
 * @param store the same as PKCS #12, with {@link #PASSWORD}
 */
record TestCertificate(SSLContext context, Path pem, Path store) {
    static final String PASSWORD = "not a secret";

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    /**
     * Makes one.
     *
     * @param folder for its files
     * @param names as openssl takes them: {@code IP:192.0.2.7,DNS:origin.lab}
     */
    static TestCertificate make(Namespace namespace, Path folder, String names) throws Exception {
        Path pem = folder.resolve("certificate.pem");
        Path key = folder.resolve("key.pem");
        Path store = folder.resolve("store.p12");
        openssl(
                namespace,
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=lab",
                "-addext",
                "subjectAltName=" + names,
                "-keyout",
                key.toString(),
                "-out",
                pem.toString());
        openssl(
                namespace,
                "pkcs12 -export",
                "-inkey",
                key.toString(),
                "-in",
                pem.toString(),
                "-passout",
                "pass:" + PASSWORD,
                "-out",
                store.toString());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream bytes = Files.newInputStream(store)) {
            keys.load(bytes, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return new TestCertificate(context, pem, store);
    }

    private static void openssl(Namespace namespace, String words, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(words.split(" ")));
        command.addAll(List.of(more));
        ClientProgram.run(namespace, DEADLINE, command.toArray(String[]::new));
    }

    /** What Chromium compares: the SHA-256 of the public key, in base 64. */
    String keyHash() throws Exception {
        try (InputStream bytes = Files.newInputStream(pem)) {
            byte[] key = CertificateFactory.getInstance("X.509")
                    .generateCertificate(bytes)
                    .getPublicKey()
                    .getEncoded();
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
        }
    }
}
