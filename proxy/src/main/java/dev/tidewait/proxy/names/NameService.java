package dev.tidewait.proxy.names;

/** Who is asked for names that are not in {@code /etc/hosts}. */
public enum NameService {
    /** DNS servers, by Tidewait itself: answers are cached as long as they say, and no thread waits. */
    DNS("dns"),
    /** The C library, on a few threads: whatever {@code /etc/nsswitch.conf} says (mDNS, LDAP and others). */
    SYSTEM("system");

    private final String word;

    NameService(String word) {
        this.word = word;
    }

    /** As it is written in a configuration. */
    @Override
    public String toString() {
        return word;
    }
}
