// The runtime, the extensions and everything that they start.
#ifndef LF_PROCESSES_H
#define LF_PROCESSES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "spawn.h"

enum role { ROLE_RUNTIME = 0, ROLE_EXTENSION = 1 };

// Starts a program as spawn does, and reports its end by an event on channel `id`.
pid_t process_start(enum role role, uint32_t id, const char *name, const struct program *program, enum spawn_step *step);
// The runtime's pid, or 0.
pid_t runtime_pid(void);
// Reports once how long the runtime has taken until it was ready or failed. The test process can't measure that, since it may learn of
// both the start and the end late.
void runtime_first_sign(void);

typedef void stopped_fn(void);
// Ends all processes, and calls `stopped` when they are reaped. If `patience` is not 0, the runtime gets SIGTERM and that many ms first.
void processes_stop(uint32_t patience, stopped_fn *stopped);
bool processes_stopping(void);
// Kills what is left when the patience is over.
void processes_watch(void);
// Must be called after SIGCHLD.
void processes_reap(void);

// Stops all processes by SIGSTOP, parents first. 0 or an errno.
int processes_freeze(void);
// Continues them by SIGCONT, children first.
void processes_thaw(void);

#endif
