#include "memory_guard.h"

#include <signal.h>
#include <stdlib.h>

#include "base.h"
#include "memory.h"
#include "settings.h"
#include "tree.h"

// Without a cgroup no event reports that memory grows, so it is measured at intervals while something runs.
enum { LOOK_EVERY_MS = 20 };

static bool needed, is_busy;
static int64_t next_look;

void memory_guard_open(void) {
  uint64_t limit = memory_limit();
  needed = settings.memory && (!limit || limit > settings.memory);
}

void memory_guard_busy(bool busy) {
  if (busy && !is_busy) next_look = now_ms() + LOOK_EVERY_MS;
  is_busy = busy;
}

// Kills the largest process, as the kernel does.
static void look(void) {
  size_t count;
  struct process *list = descendants(&count);
  uint64_t sum = 0, most = 0;
  pid_t largest = 0;
  for (size_t i = 0; i < count; i++) {
    uint64_t bytes = memory_of(list[i].pid);
    sum += bytes;
    if (bytes <= most) continue;
    most = bytes;
    largest = list[i].pid;
  }
  free(list);
  memory_saw(sum < settings.memory ? sum : settings.memory);
  if (sum <= settings.memory || !largest) return;
  memory_killed();
  kill(largest, SIGKILL);
}

void memory_guard_watch(void) {
  if (!needed || !is_busy) return;
  if (now_ms() >= next_look) {
    look();
    next_look = now_ms() + LOOK_EVERY_MS;
  }
  wake_at(next_look);
}
