package dev.tidewait.netty;

/**
 * What the user writes to change a setting, for messages that advise it. Immutable.
 *
 * @param ports the setting for the source ports
 * @param dedicatedHost how to say that nothing else on this host connects, such as {@code "set dedicatedHost: true"}; empty if it cannot be said
 */
public record SettingNames(String ports, String dedicatedHost) {
    /** Those of the configuration file. */
    public static final SettingNames FILE = new SettingNames("sources.ports", "set dedicatedHost: true");
}
