// Stands in for a cgroup's memory limit where there is none, as for podman without root on cgroup v1.
#ifndef LF_MEMORY_GUARD_H
#define LF_MEMORY_GUARD_H

#include <stdbool.h>

// Decides whether it is needed.
void memory_guard_open(void);
// Something that counts runs from now on: an init, an invocation.
void memory_guard_busy(bool busy);
void memory_guard_watch(void);

#endif
