// Enforces the memory limit where no cgroup does, as with rootless podman on cgroup v1.
#ifndef LF_MEMORY_GUARD_H
#define LF_MEMORY_GUARD_H

#include <stdbool.h>

// Finds out whether it is needed.
void memory_guard_open(void);
// Whether an init or an invocation runs.
void memory_guard_busy(bool busy);
void memory_guard_watch(void);

#endif
