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

// A child that is this process's own tool, and none of what runs here; 0: none.
void tree_leave_out(pid_t pid);
// As in /proc/PID/stat, or 0.
char process_state(pid_t pid);
// Parents before their children, without the dead; the caller frees it.
struct process *descendants(size_t *count);

#endif
