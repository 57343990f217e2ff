// What the function used, and whether the kernel killed it for that.
#ifndef LF_MEMORY_H
#define LF_MEMORY_H

#include <stdint.h>
#include <sys/types.h>

// Peak bytes of everything the init started, so far: the sum of what lives (VmHWM), or the largest sum seen.
uint64_t memory_peak(void);
// The same, but what the runtime's children hold may be some ms old.
uint64_t memory_peak_soon(void);
// A process that is gone used so much at its peak.
void memory_saw(uint64_t bytes);
// How often the kernel killed in this cgroup for want of memory, or this init in its place.
uint64_t memory_oom_kills(void);
// This init has killed for want of memory.
void memory_killed(void);
// Bytes that a process holds now.
uint64_t memory_of(pid_t pid);
// The cgroup's limit in bytes, 0 if none.
uint64_t memory_limit(void);

#endif
