package dev.tidewait.app.binding;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that was probably meant. No state. */
public final class Suggestion {
    private Suggestion() {}

    /** "; did you mean 'x'?", or the list of what is possible where nothing is near. */
    public static String among(String written, Collection<String> possible) {
        return nearest(written, possible)
                .map(word -> "; did you mean '" + word + "'?")
                .orElseGet(() -> possible.isEmpty() ? "" : "; possible: " + String.join(", ", possible));
    }

    /** The nearest word, if it is near enough: at most one error in three letters, case and hyphens not counted. */
    public static Optional<String> nearest(String written, Collection<String> possible) {
        return allNearest(written, possible).stream().findFirst();
    }

    /** The nearest words, of which there are several if they are equally near; none if none is near enough. */
    public static List<String> allNearest(String written, Collection<String> possible) {
        String plain = plain(written);
        int best = Math.max(1, plain.length() / 3);
        List<String> found = new ArrayList<>();
        for (String word : possible) {
            int distance = distance(plain, plain(word));
            if (distance < best) {
                best = distance;
                found.clear();
            }
            if (distance == best) {
                found.add(word);
            }
        }
        return found;
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    /** Edits to get from one word to the other: insert, delete, replace, or swap two neighbours (Damerau). */
    private static int distance(String from, String to) {
        int[][] edits = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    edits[i][j] = i + j;
                    continue;
                }
                int replaced = edits[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                edits[i][j] = Math.min(replaced, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
                }
            }
        }
        return edits[from.length()][to.length()];
    }
}
