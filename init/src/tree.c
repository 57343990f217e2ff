#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base.h"

static pid_t left_out;

void tree_leave_out(pid_t pid) { left_out = pid; }

static bool read_process(pid_t pid, struct process *process) {
  char path[64], text[512];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  ssize_t size = read(fd, text, sizeof text - 1);
  close(fd);
  if (size <= 0) return false;
  text[size] = 0;
  // The name may contain any character, so the fields begin after the last `)`.
  char *end = strrchr(text, ')');
  int parent;
  char state;
  if (!end || sscanf(end + 1, " %c %d", &state, &parent) != 2) return false;
  *process = (struct process){.pid = pid, .parent = (pid_t)parent, .state = state};
  return true;
}

char process_state(pid_t pid) {
  struct process process;
  return read_process(pid, &process) ? process.state : 0;
}

static struct process *all_processes(size_t *count) {
  DIR *folder = opendir("/proc");
  size_t room = 64;
  struct process *list = allocate(room * sizeof *list);
  *count = 0;
  if (!folder) {
    say("can't read /proc: %s", strerror(errno));
    return list;
  }
  for (struct dirent *entry; (entry = readdir(folder));) {
    char *end;
    long pid = strtol(entry->d_name, &end, 10);
    if (*end || pid <= 0) continue;
    if (*count == room) {
      room *= 2;
      struct process *larger = realloc(list, room * sizeof *list);
      if (!larger) die(71, "out of memory");
      list = larger;
    }
    if (read_process((pid_t)pid, &list[*count])) ++*count;
  }
  closedir(folder);
  return list;
}

struct process *descendants(size_t *count) {
  size_t all;
  struct process *list = all_processes(&all);
  struct process *found = allocate((all + 1) * sizeof *found);
  found[0] = (struct process){.pid = getpid()};
  size_t size = 1;
  for (size_t at = 0; at < size; at++) {
    for (size_t i = 0; i < all; i++) {
      if (list[i].parent == found[at].pid && list[i].pid != found[0].pid && list[i].pid != left_out) found[size++] = list[i];
    }
  }
  free(list);
  size_t kept = 0;
  for (size_t i = 1; i < size; i++) {
    if (found[i].state != 'Z' && found[i].state != 'X') found[kept++] = found[i];
  }
  *count = kept;
  return found;
}
