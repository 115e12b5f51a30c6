package dev.tidewait.lab;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The plan of the house, checked on the compiled classes. It lives here because only the lab sees every room. */
final class HouseTest {
    /** Which rooms a room may use. Nobody may use the lab. */
    private static final Map<String, Set<String>> ARROWS = Map.of(
            "ports", Set.of(),
            "linux", Set.of(),
            "hook", Set.of("ports", "linux"),
            "doctor", Set.of("ports", "linux"),
            "evidence", Set.of("ports", "linux"),
            "netty", Set.of("ports", "linux"),
            "proxy", Set.of("netty", "ports", "linux"),
            "app", Set.of("proxy", "hook", "doctor", "evidence", "netty", "ports", "linux"),
            "examples", Set.of("netty", "ports", "linux"),
            "lab", Set.of("app", "proxy", "hook", "doctor", "evidence", "netty", "ports", "linux"));

    /** Makes a connection of its own and blocks for it, so it alone must know when its limit has passed. */
    private static final String PROBE_WITH_DEADLINE = "dev.tidewait.linux.SelfMadeTimeWait";

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.tidewait");

    @Test
    void shouldFindEveryRoomOnTheClassPath() {
        Set<String> rooms = new TreeSet<>();
        for (JavaClass type : HOUSE) {
            rooms.add(roomOf(type.getPackageName()));
        }
        assertThat(rooms).as("rooms; a new one must be added to ARROWS").isEqualTo(new TreeSet<>(ARROWS.keySet()));
    }

    @Test
    void shouldPointArrowsOnlyDownwards() {
        ARROWS.forEach((room, mayUse) -> {
            List<String> forbidden = new ArrayList<>();
            for (String other : ARROWS.keySet()) {
                if (!other.equals(room) && !mayUse.contains(other)) {
                    forbidden.add("dev.tidewait." + other + "..");
                }
            }
            if (!forbidden.isEmpty()) {
                noClasses()
                        .that(resideInAPackage("dev.tidewait." + room + ".."))
                        .should()
                        .dependOnClassesThat(resideInAnyPackage(forbidden.toArray(new String[0])))
                        .because(room + " may use only " + mayUse)
                        .check(HOUSE);
            }
        });
    }

    @Test
    void shouldKeepNettyOutOfPortsAndLinux() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.tidewait.ports..", "dev.tidewait.linux..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(HOUSE);
    }

    @Test
    void shouldKeepPortsFreeOfInputAndOutput() {
        noClasses()
                .that()
                .resideInAPackage("dev.tidewait.ports..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.io..", "java.nio.file..", "java.nio.channels..", "java.lang.foreign..", "org.slf4j..")
                .check(HOUSE);
    }

    @Test
    void shouldPassTimeIntoPortsAndLinux() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.tidewait.ports..", "dev.tidewait.linux..")
                .and()
                .doNotHaveFullyQualifiedName(PROBE_WITH_DEADLINE)
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.time.Clock.class)
                .because("time is a parameter there")
                .check(HOUSE);
    }

    @Test
    void shouldNeverSleep() {
        noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", long.class, int.class)
                .orShould()
                .callMethod(Thread.class, "sleep", java.time.Duration.class)
                .because("a wait is for a condition, with a deadline")
                .check(HOUSE);
    }

    @Test
    void shouldCallNativeCodeOnlyFromLinuxAndTheLab() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.tidewait.linux..", "dev.tidewait.lab..")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Linker.class, SymbolLookup.class)
                .because("a mapped file is memory, a call into libc is the kernel's room")
                .check(HOUSE);
    }

    @Test
    void shouldParseCommandLinesOnlyAtTheTop() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.tidewait.app..", "dev.tidewait.lab..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(HOUSE);
    }

    @Test
    void shouldNameClassesAfterTheirJob() {
        noClasses()
                .should()
                .haveNameMatching(".*(Manager|Helper|Utils?|Impl)|.*[.$](Base|Abstract|Common)[A-Z].*|.*(Base|Common)")
                .because("such a name does not say what the class is for")
                .check(HOUSE);
    }

    @Test
    void shouldMarkEveryPackageAsNullMarked() {
        assertThat(HOUSE)
                .extracting(JavaClass::getPackage)
                .allSatisfy(room -> assertThat(room.isAnnotatedWith(NullMarked.class))
                        .as("%s has a package-info with @NullMarked", room.getName())
                        .isTrue());
    }

    private static String roomOf(String packageName) {
        return packageName.split("\\.", -1)[2];
    }
}
