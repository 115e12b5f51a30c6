package dev.tidewait.proxy.address;

/** Foreign text made fit for logs and answers: printable ASCII, bounded. Stateless. */
public final class Printable {
    private static final int MAX_LENGTH = 120;

    private Printable() {}

    /** Everything outside 0x20..0x7e becomes {@code ?}; more than 120 characters are cut with {@code ...}. */
    public static String of(String text) {
        return of(text, MAX_LENGTH);
    }

    public static String of(String text, int maxLength) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), maxLength) + 3);
        for (int i = 0; i < text.length(); i++) {
            if (i == maxLength) {
                return out.append("...").toString();
            }
            char c = text.charAt(i);
            out.append(c >= 0x20 && c <= 0x7e ? c : '?');
        }
        return out.toString();
    }
}
