/**
 * What limits new connections in one network namespace, as the kernel and the files of sysctl say it: the ports that connect() chooses from, the
 * settings about TIME_WAIT, what this kernel can do, conntrack and NAT, open files. Read only, without root as far as that goes; what could not be seen is
 * said. Who uses the ports is the census's subject, what follows from both that of the findings. Start at {@link dev.tidewait.doctor.host.HostFacts}.
 */
@NullMarked
package dev.tidewait.doctor.host;

import org.jspecify.annotations.NullMarked;
