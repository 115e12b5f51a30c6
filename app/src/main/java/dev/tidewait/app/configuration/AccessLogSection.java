package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;

/** One line for each tunnel and each HTTP request. Immutable. */
public record AccessLogSection(
        @Setting(
                "Where the lines go: stdout, stderr, or the absolute path of a file (a device such as /dev/null will do, a FIFO will"
                        + " not). A file is opened anew when it was renamed or removed, and on SIGUSR1.")
        LogPlace file,

        @Setting(
                value =
                        "json: one JSON object for each line; combined: Apache's combined format with more facts behind it.",
                whenAbsent = "json")
        AccessLogFormat format,

        @Setting(
                value = "true: the query of a URL is written too; otherwise the URL ends with its '?'.",
                whenAbsent = "false")
        boolean queries) {}
