// The runtime, the extensions and all that they start: starting, ending, stopping the clock, and what became of them.
#ifndef LF_PROCESSES_H
#define LF_PROCESSES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "spawn.h"

enum role { ROLE_RUNTIME = 0, ROLE_EXTENSION = 1 };

// Starts it and tells its end by an event on channel `id`. As spawn.
pid_t process_start(enum role role, uint32_t id, const char *name, const struct program *program, enum spawn_step *step);
// The runtime's pid, or 0.
pid_t runtime_pid(void);
// Tells, once, how long the runtime has run: when it was ready, or failed, by the clock of the place where it is. The test process
// may hear of both ends late.
void runtime_tell_first_sign(void);

typedef void stopped_fn(void);
// Ends everything: the runtime by SIGTERM if `patience` (ms) is not 0, what is left then by SIGKILL; calls `stopped` when all is reaped.
void processes_stop(uint32_t patience, stopped_fn *stopped);
bool processes_stopping(void);
// Wakes the loop when patience is over.
void processes_watch(void);
// After SIGCHLD.
void processes_reap(void);

// SIGSTOP to all, parents first, until nothing runs; SIGCONT, children first. 0 or an errno.
int processes_freeze(void);
void processes_thaw(void);

// Sends a signal to all; SIGKILL does not wait.
void processes_signal_all(int number);

#endif
