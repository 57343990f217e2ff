// The processes that descend from this init. Those that the engine's exec started do not, such as the bridges, which must survive a
// reset.
#ifndef LF_TREE_H
#define LF_TREE_H

#include <stddef.h>
#include <sys/types.h>

struct process {
  pid_t pid, parent;
  char state;  // of /proc/PID/stat
};

// Excludes a child that is the init's own tool. 0 excludes none.
void tree_leave_out(pid_t pid);
// The state in /proc/PID/stat, or 0.
char process_state(pid_t pid);
// Parents come before their children, and dead processes are left out. The caller frees the list.
struct process *descendants(size_t *count);

#endif
