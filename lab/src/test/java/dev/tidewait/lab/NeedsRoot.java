package dev.tidewait.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;

/** The test makes network namespaces. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(
        value = "dev.tidewait.lab.Privileges#canMakeNamespaces",
        disabledReason = "needs root (CAP_SYS_ADMIN): it makes network namespaces")
public @interface NeedsRoot {}
