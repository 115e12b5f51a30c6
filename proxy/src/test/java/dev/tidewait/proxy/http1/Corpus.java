package dev.tidewait.proxy.http1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the corpus files; their form is described at their top. One char for each byte. */
public final class Corpus {
    private static final Pattern HEADING = Pattern.compile("\\[([a-z0-9.-]+)] (.+?): (.*)");
    private static final Pattern LINE = Pattern.compile("(C>\\|?|S>\\|?|C<\\|?|S<\\|?|[LHPBRF]>|=)(?: (.*))?");
    private static final Pattern REPEATED_LINE = Pattern.compile("\\{(\\d+) (.*)}");
    private static final Pattern REPEATED = Pattern.compile("\\{(\\d+) ([^}]*)}");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(r|n|t|\\\\|x[0-9a-f]{2})");
    private static final String HOST = "Host: a.test\r\n";
    private static final String DATE = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    private static final String DEFAULT_RESPONSE = "HTTP/1.1 200 OK\r\n" + DATE + "Content-Length: 0\r\n\r\n";

    private final List<CorpusCase> cases = new ArrayList<>();
    private String name = "";
    private String section = "";
    private String title = "";
    private final StringBuilder client = new StringBuilder();
    private final StringBuilder server = new StringBuilder();
    private final StringBuilder serverGets = new StringBuilder();
    private final StringBuilder clientGets = new StringBuilder();
    private boolean serverEnds;
    private String body = "";
    private @Nullable StringBuilder fieldsOpen;

    private Corpus() {}

    /** All cases of requests.corpus: what clients send. */
    public static List<CorpusCase> requests() {
        return read("requests.corpus");
    }

    /** All cases of responses.corpus: what servers send. */
    public static List<CorpusCase> responses() {
        return read("responses.corpus");
    }

    private static List<CorpusCase> read(String file) {
        Corpus corpus = new Corpus();
        try (InputStream in = Corpus.class.getResourceAsStream("/http1/" + file)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + file);
            }
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.isEmpty())
                    .forEach(corpus::line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(corpus.cases);
    }

    private void line(String line) {
        Matcher repeated = REPEATED_LINE.matcher(line);
        Matcher heading = HEADING.matcher(line);
        if (repeated.matches()) {
            for (int i = 0; i < Integer.parseInt(repeated.group(1)); i++) {
                line(repeated.group(2));
            }
        } else if (heading.matches()) {
            name = heading.group(1);
            section = heading.group(2);
            title = heading.group(3);
        } else if (line.equals("end")) {
            serverEnds = true;
        } else {
            Matcher parts = LINE.matcher(line);
            if (!parts.matches()) {
                throw new IllegalStateException("case " + name + ": no such line: " + line);
            }
            String text = parts.group(2) == null ? "" : parts.group(2);
            if (parts.group(1).equals("=")) {
                finish(text);
            } else {
                add(parts.group(1), expand(text));
            }
        }
    }

    private void add(String kind, String text) {
        switch (kind) {
            case "C>" -> client.append(text).append("\r\n");
            case "C>|" -> client.append(text);
            case "S>" -> server.append(text).append("\r\n");
            case "S>|" -> server.append(text).append(text.isEmpty() ? NOTHING : "");
            case "C<" -> clientGets.append(text).append("\r\n");
            case "C<|" -> clientGets.append(text);
            case "S<" -> serverGets.append(text).append("\r\n");
            case "S<|" -> serverGets.append(text);
            case "L>" -> open(client, text + "\r\n" + HOST, "");
            case "R>" -> open(server, text + "\r\n" + DATE + "Content-Length: 0\r\n", "");
            case "H>" -> open(client, "GET http://a.test/ HTTP/1.1\r\n" + HOST, text + "\r\n");
            case "P>" -> open(client, "POST http://a.test/ HTTP/1.1\r\n" + HOST, text + "\r\n");
            case "F>" -> open(server, "HTTP/1.1 200 OK\r\n" + DATE, text + "\r\n");
            case "B>" -> body += text;
            default -> throw new IllegalStateException(kind);
        }
    }

    /** Marks a server that sends nothing, in difference to one whose answer is not told. */
    private static final String NOTHING = "\0nothing";

    private void open(StringBuilder message, String begin, String field) {
        if (message.isEmpty()) {
            close();
            message.append(begin);
            fieldsOpen = message;
        }
        message.append(field);
    }

    private void close() {
        StringBuilder open = fieldsOpen;
        if (open != null) {
            open.append("\r\n").append(body);
            body = "";
            fieldsOpen = null;
        }
    }

    private void finish(String expected) {
        close();
        String[] words = expected.split(" ", -1);
        String last = words[words.length - 1];
        boolean numeric = last.matches("\\d{3}");
        CorpusCase.Outcome outcome = switch (words[0]) {
            case "forward" -> CorpusCase.Outcome.FORWARD;
            case "late" -> CorpusCase.Outcome.LATE;
            case "tunnel" -> CorpusCase.Outcome.TUNNEL;
            case "own" -> CorpusCase.Outcome.OWN;
            case "wait" -> CorpusCase.Outcome.WAIT;
            case "cut" -> CorpusCase.Outcome.CUT;
            default -> CorpusCase.Outcome.REFUSED;
        };
        if (numeric != (outcome == CorpusCase.Outcome.REFUSED || outcome == CorpusCase.Outcome.LATE)) {
            throw new IllegalStateException("case " + name + ": what is '" + expected + "'?");
        }
        cases.add(new CorpusCase(
                name,
                section,
                title,
                client.isEmpty() ? "GET http://a.test/ HTTP/1.1\r\n" + HOST + "\r\n" : client.toString(),
                server.isEmpty() ? DEFAULT_RESPONSE : server.toString().replace(NOTHING, ""),
                serverEnds,
                serverGets.toString(),
                clientGets.toString(),
                outcome,
                words[0].equals("kept"),
                numeric ? Integer.parseInt(last) : 0));
        client.setLength(0);
        server.setLength(0);
        serverGets.setLength(0);
        clientGets.setLength(0);
        serverEnds = false;
    }

    private static String expand(String text) {
        String repeated = REPEATED.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(found.group(2).repeat(Integer.parseInt(found.group(1)))));
        return ESCAPE.matcher(repeated)
                .replaceAll(found -> Matcher.quoteReplacement(
                        switch (found.group(1)) {
                            case "r" -> "\r";
                            case "n" -> "\n";
                            case "t" -> "\t";
                            case "\\" -> "\\";
                            default ->
                                Character.toString(
                                        (char) Integer.parseInt(found.group(1).substring(1), 16));
                        }));
    }
}
