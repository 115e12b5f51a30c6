package dev.tidewait.doctor.census;

/**
 * A process that holds sockets. Immutable.
 *
 * @param pid process id, as this /proc shows it
 * @param program its name (/proc/PID/comm)
 * @param socketCount how many of the sockets in question it holds; one that several processes share counts for the first that was found
 */
public record Owner(int pid, String program, int socketCount) {}
