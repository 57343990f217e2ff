// Starts a program with default signals, only its own descriptors, and a session of its own.
#ifndef LF_SPAWN_H
#define LF_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

struct program {
  char **argv;
  char **environment;
  const char *folder;   // NULL for the init's own
  bool telemetry;       // open fd 3, which writes to the log pipe too
};

enum spawn_step { SPAWN_RAN, SPAWN_PREPARE, SPAWN_FOLDER, SPAWN_EXEC };

// The pid, or -1; then `step` and errno say what failed.
pid_t spawn(const struct program *program, enum spawn_step *step);

#endif
