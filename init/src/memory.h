// The memory that the function used, and whether the kernel killed it for that.
#ifndef LF_MEMORY_H
#define LF_MEMORY_H

#include <stdint.h>
#include <sys/types.h>

// The peak so far of everything that the init started, in bytes: the sum of the peaks of what lives, or the largest sum seen.
uint64_t memory_peak(void);
// The same, but the figures of the runtime's children may be some ms old.
uint64_t memory_peak_soon(void);
// Records the peak of a process that has ended.
void memory_saw(uint64_t bytes);
// How many processes the kernel, or this init in its place, killed because memory ran out.
uint64_t memory_oom_kills(void);
// Records that this init has killed a process because memory ran out.
void memory_killed(void);
// The bytes that a process uses now.
uint64_t memory_of(pid_t pid);
// The cgroup's limit in bytes, or 0.
uint64_t memory_limit(void);

#endif
