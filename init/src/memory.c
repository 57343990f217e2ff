#include "memory.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base.h"
#include "processes.h"
#include "tree.h"

static uint64_t peak, own_kills;

// Finding all descendants takes longer than a small answer, so between two searches only the runtime's own process is measured.
enum { LOOK_EVERY_MS = 20 };
static int64_t last_look;
static pid_t looked_at;
static uint64_t others;

static bool read_text(const char *path, char *text, size_t room) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  ssize_t size = read(fd, text, room - 1);
  close(fd);
  if (size < 0) return false;
  text[size] = 0;
  return true;
}

// The number after `key`, which begins a line.
static uint64_t field(const char *text, const char *key) {
  size_t size = strlen(key);
  for (const char *line = text; line; line = strchr(line, '\n')) {
    if (*line == '\n') line++;
    if (!strncmp(line, key, size)) return strtoull(line + size, NULL, 10);
  }
  return 0;
}

void memory_saw(uint64_t bytes) {
  if (bytes > peak) peak = bytes;
}

static uint64_t status_bytes(pid_t pid, const char *key) {
  char path[64], text[4096];
  snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
  return read_text(path, text, sizeof text) ? field(text, key) * 1024 : 0;
}

static uint64_t peak_of(pid_t pid) { return status_bytes(pid, "VmHWM:"); }
uint64_t memory_of(pid_t pid) { return status_bytes(pid, "VmRSS:"); }

uint64_t memory_peak(void) {
  size_t count;
  struct process *list = descendants(&count);
  others = 0;
  uint64_t runtime = 0;
  looked_at = runtime_pid();
  for (size_t i = 0; i < count; i++) {
    uint64_t bytes = peak_of(list[i].pid);
    if (list[i].pid == looked_at) runtime = bytes;
    else others += bytes;
  }
  free(list);
  last_look = now_ms();
  memory_saw(runtime + others);
  return peak;
}

uint64_t memory_peak_soon(void) {
  if (!looked_at || looked_at != runtime_pid() || now_ms() - last_look >= LOOK_EVERY_MS) return memory_peak();
  memory_saw(peak_of(looked_at) + others);
  return peak;
}

// The path of this process's cgroup in /proc/self/cgroup: of the v1 memory controller, or of v2.
static bool own_cgroup(bool version1, char *path, size_t room) {
  char text[4096];
  if (!read_text("/proc/self/cgroup", text, sizeof text)) return false;
  for (char *line = text; line && *line; line = strchr(line, '\n')) {
    if (*line == '\n') line++;
    char *controllers = strchr(line, ':');
    char *name = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!name) return false;
    size_t size = (size_t)(name - controllers - 1);
    bool matches = version1 ? size == 6 && !strncmp(controllers + 1, "memory", size) : size == 0;
    if (!matches) continue;
    size_t end = strcspn(name + 1, "\n");
    if (end >= room) return false;
    memcpy(path, name + 1, end);
    path[end] = 0;
    return true;
  }
  return false;
}

// In a container, the controller's root is usually the container's own cgroup. Elsewhere the path has to be followed.
static bool read_cgroup(bool version1, const char *file, char *text, size_t room) {
  const char *root = version1 ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup";
  char own[2048], path[4096];
  if (own_cgroup(version1, own, sizeof own)) {
    snprintf(path, sizeof path, "%s%s/%s", root, own, file);
    if (read_text(path, text, room)) return true;
  }
  snprintf(path, sizeof path, "%s/%s", root, file);
  return read_text(path, text, room);
}

void memory_killed(void) { own_kills++; }

uint64_t memory_oom_kills(void) {
  char text[4096];
  bool known = read_cgroup(true, "memory.oom_control", text, sizeof text) || read_cgroup(false, "memory.events", text, sizeof text);
  return own_kills + (known ? field(text, "oom_kill ") : 0);
}

uint64_t memory_limit(void) {
  char text[256];
  if (!read_cgroup(true, "memory.limit_in_bytes", text, sizeof text) && !read_cgroup(false, "memory.max", text, sizeof text)) {
    return 0;
  }
  uint64_t limit = strtoull(text, NULL, 10);
  // No limit is "max" on v2, and almost 2^63 on v1.
  return limit > (uint64_t)1 << 60 ? 0 : limit;
}
