package dev.tidewait.proxy.http1;

/**
 * One case of a corpus file.
 *
 * @param name unique in its file
 * @param section where the rule stands
 * @param client what the client sends
 * @param server what the server answers
 * @param serverEnds whether the server closes behind it
 * @param serverGets what the server must get, empty if the case does not say
 * @param clientGets what the client must get, empty if the case does not say
 * @param kept whether the client's connection lives on though the request is refused
 * @param status of the refusal; 0 if there is none
 */
public record CorpusCase(
        String name,
        String section,
        String title,
        String client,
        String server,
        boolean serverEnds,
        String serverGets,
        String clientGets,
        Outcome outcome,
        boolean kept,
        int status) {

    /** What must become of the message. */
    public enum Outcome {
        /** It is sent on. */
        FORWARD,
        /** It is answered with the status before anything is sent on. */
        REFUSED,
        /** Its content is broken: whom it is for never gets it complete. */
        LATE,
        /** A tunnel is opened. */
        TUNNEL,
        /** The proxy answers itself. */
        OWN,
        /** The head is not complete. */
        WAIT,
        /** The response's content is broken or ends too early: the client never gets it complete. */
        CUT
    }

    @Override
    public String toString() {
        return name + " (" + section + "): " + title;
    }
}
