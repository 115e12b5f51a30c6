package dev.tidewait.app.configuration;

import dev.tidewait.app.binding.Setting;

/** One line for each tunnel and each HTTP request. Immutable. */
public record AccessLogSection(
        @Setting(
                value =
                        "Where the lines go: stdout, stderr, or the absolute path of a file (a device such as /dev/null will do, a FIFO will"
                                + " not). A file is opened anew when it was renamed or removed, and on SIGUSR1.",
                why =
                        "A service has no terminal and often no directory of its own; a file that was renamed must not keep growing "
                                + "under its new name.",
                source = "docs/access-log.md")
        LogPlace file,

        @Setting(
                value =
                        "json: one JSON object for each line; combined: Apache's combined format with more facts behind it.",
                whenAbsent = "json",
                why = "json has every field and needs no guessing; combined is for programs that read Apache's logs.",
                source = "docs/access-log.md; Apache mod_log_config")
        AccessLogFormat format,

        @Setting(
                value = "true: the query of a URL is written too; otherwise the URL ends with its '?'.",
                whenAbsent = "false",
                why = "Queries carry search words, tokens and passwords; the path says where somebody went.",
                source = "docs/access-log.md; RFC 9110 section 17.9 (sensitive information in URIs)")
        boolean queries) {}
