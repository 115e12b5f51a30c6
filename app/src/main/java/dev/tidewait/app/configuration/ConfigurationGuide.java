package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.JsonSchema;
import dev.tidewait.app.binding.SettingDescription;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** What can be written in a configuration file, for people and for editors; made of the same records that are bound. No state. */
public final class ConfigurationGuide {
    private ConfigurationGuide() {}

    public static void writeSchema(JsonGenerator json) {
        JsonSchema.write(Configuration.class, "Tidewait configuration", ValueTypes.ALL, json);
    }

    /** Every setting, those of a section behind it. */
    public static List<SettingDescription> all() {
        return SettingDescription.all(Configuration.class, ValueTypes.ALL);
    }

    /**
     * The setting of that name and, for a section, those below it.
     *
     * @param key such as {@code timeWait.floor} or {@code listeners[0].bind}; indexes do not matter
     * @return empty if there is none
     */
    public static List<SettingDescription> find(String key) {
        String wanted = key.replaceAll("\\[\\d*]", "");
        return all().stream()
                .filter(one -> one.path().equals(wanted) || one.path().startsWith(wanted + "."))
                .toList();
    }
}
