package dev.tidewait.lab;

import java.util.Locale;

/** How a transaction ends; the letter is the request byte that asks the origin for it. */
public enum CloseOrder {
    /** The client sends its FIN first: through a proxy, the proxy closes its outgoing side first. */
    CLIENT('c'),
    /** The origin sends its FIN right after the answer. */
    SERVER('s'),
    /** The origin resets the connection right after the answer. */
    RESET('r');

    private final char letter;

    CloseOrder(char letter) {
        this.letter = letter;
    }

    char letter() {
        return letter;
    }

    /** As written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    static CloseOrder of(String letter) {
        for (CloseOrder order : values()) {
            if (letter.length() == 1 && letter.charAt(0) == order.letter) {
                return order;
            }
        }
        throw new LabException("unknown ending '" + letter + "'");
    }
}
