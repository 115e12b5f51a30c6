package dev.tidewait.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** JSON as text. No state. */
public final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** Writes one value. */
    @FunctionalInterface
    public interface Content {
        void write(JsonGenerator json);
    }

    /** One value as UTF-8, without white space. */
    public static byte[] bytes(Content content) {
        return bytes(content, ObjectWriteContext.empty());
    }

    /** One value for people, indented, with a line feed at the end. */
    public static String pretty(Content content) {
        return new String(bytes(content, new Indented()), UTF_8) + "\n";
    }

    private static byte[] bytes(Content content, ObjectWriteContext context) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = FACTORY.createGenerator(context, bytes)) {
            content.write(json);
        }
        return bytes.toByteArray();
    }

    private static final class Indented extends ObjectWriteContext.Base {
        private final PrettyPrinter printer = new DefaultPrettyPrinter();

        @Override
        public PrettyPrinter getPrettyPrinter() {
            return printer;
        }

        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }
    }
}
