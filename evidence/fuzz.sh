#!/usr/bin/env bash
# Gives the readers and the tracker of captures to Jazzer (coverage-guided fuzzing) for so many seconds: evidence/fuzz.sh [600].
# Needs a JDK 25 in JAVA_HOME and one build of the module before it. Jazzer 0.24 does not instrument classes of Java 25, so they are compiled for 21.
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:-600}
work=$PWD/target/fuzz
repository=${HOME}/.m2/repository
version=0.24.0
for part in jazzer jazzer-api; do
    ../mvnw -B -q -ntp org.apache.maven.plugins:maven-dependency-plugin:3.9.0:get "-Dartifact=com.code-intelligence:$part:$version" -Dtransitive=false
done
libraries=$(find "$repository/com/code-intelligence" -name "jazzer*-$version.jar" -printf '%p:')
libraries+=$(find "$repository/org/jspecify/jspecify" "$repository/org/apache/commons"/commons-numbers-* \
    "$repository/com/google/errorprone/error_prone_annotations" -name '*.jar' -printf '%p:')
mkdir -p "$work/classes" "$work/corpus"
# All kinds of course of TCP in one capture, to begin with.
cp -n ../app/src/test/resources/dev/tidewait/app/known.pcap "$work/corpus/"
find src/main/java/dev/tidewait/evidence/{capture,late,track} src/test/java/dev/tidewait/evidence/track/CaptureFuzz.java -name '*.java' -print0 |
    xargs -0 "$JAVA_HOME/bin/javac" --release 21 -g -nowarn -cp "$libraries" -d "$work/classes"
cd "$work"
exec "$JAVA_HOME/bin/java" -Xmx512m -cp "classes:$libraries" com.code_intelligence.jazzer.Jazzer \
    --target_class=dev.tidewait.evidence.track.CaptureFuzz '--instrumentation_includes=dev.tidewait.**' \
    corpus -max_total_time="$seconds" -max_len=4096 -rss_limit_mb=0
