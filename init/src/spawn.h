// Starts one program as if it had been started by a bare system: default signals, no fd but its own, a session of its own.
#ifndef LF_SPAWN_H
#define LF_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

struct program {
  char **argv;
  char **environment;
  const char *folder;   // NULL: where init is
  bool telemetry;       // fd 3 writes to the log pipe too
};

enum spawn_step { SPAWN_RAN, SPAWN_PREPARE, SPAWN_FOLDER, SPAWN_EXEC };

// The pid, or -1 with *step and errno saying what failed.
pid_t spawn(const struct program *program, enum spawn_step *step);

#endif
