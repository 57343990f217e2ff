// Everything that descends from this init: on its own PID namespace that is all but what the engine exec'd beside it,
// the bridges among them, which must survive a reset.
#ifndef LF_TREE_H
#define LF_TREE_H

#include <stddef.h>
#include <sys/types.h>

struct process {
  pid_t pid, parent;
  char state;  // as in /proc/PID/stat
};

// Parents before their children, without the dead; the caller frees it.
struct process *descendants(size_t *count);

#endif
