package dev.tidewait.hook.reap;

/**
 * Sockets left alone for one reason. Immutable. Not a sum over the passes, which would count a socket again and again.
 *
 * @param now in the last pass
 * @param most in any pass
 */
public record Spared(long now, long most) {}
