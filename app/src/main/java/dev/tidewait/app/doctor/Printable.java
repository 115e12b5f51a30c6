package dev.tidewait.app.doctor;

/** Text for a terminal. Names of programs and of settings come from whoever may start one: they must not steer the terminal of the reader. No state. */
final class Printable {
    private Printable() {}

    /** The same with a question mark for each control or format character (ESC, CSI, the ones that turn the direction of writing). */
    static String of(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}]", "?");
    }
}
