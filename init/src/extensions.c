#include "extensions.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base.h"
#include "processes.h"
#include "queue.h"
#include "settings.h"
#include "wire.h"

// The last of the function's folders is /opt, or stands for it in a test.
static void extensions_folder(char *path, size_t room) {
  const char *opt = strrchr(settings.roots, ':');
  snprintf(path, room, "%s/extensions", opt ? opt + 1 : settings.roots);
}

static int is_file(const char *folder, const char *name) {
  char path[PATH_MAX];
  struct stat status;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return !stat(path, &status) && !S_ISDIR(status.st_mode);
}

static int by_name(const void *left, const void *right) {
  return strcmp(*(char *const *)left, *(char *const *)right);
}

// The names in order, as a NULL-terminated vector that free_strings frees.
static char **list_files(const char *folder) {
  size_t count = 0, room = 16;
  char **names = allocate(room * sizeof *names);
  DIR *entries = opendir(folder);
  for (struct dirent *entry; entries && (entry = readdir(entries));) {
    if (!is_file(folder, entry->d_name)) continue;
    if (count + 1 == room) {
      room *= 2;
      names = realloc(names, room * sizeof *names);
      if (!names) die(71, "out of memory");
    }
    names[count++] = copy_string(entry->d_name);
  }
  if (entries) closedir(entries);
  names[count] = NULL;
  qsort(names, count, sizeof *names, by_name);
  return names;
}

static pid_t start_one(uint32_t request, const char *folder, char *name, char **environment) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  char *argv[] = {path, NULL};
  struct program program = {.argv = argv, .environment = environment, .folder = "/"};
  enum spawn_step step;
  return process_start(ROLE_EXTENSION, request, name, &program, &step);
}

void start_extensions(uint32_t request, char **additions) {
  char folder[PATH_MAX - 256];
  extensions_folder(folder, sizeof folder);
  char **names = list_files(folder);
  char **environment = environment_with(additions);
  uint8_t *reply = allocate(MAX_PAYLOAD);
  size_t size = 3, count = 0;
  reply[0] = 0;
  for (char **name = names; *name && size + 12 + strlen(*name) <= MAX_PAYLOAD; name++, count++) {
    pid_t pid = start_one(request, folder, *name, environment);
    put_u32(reply + size, pid > 0 ? (uint32_t)pid : 0);
    put_u32(reply + size + 4, pid > 0 ? 0 : (uint32_t)errno);
    put_u32(reply + size + 8, (uint32_t)strlen(*name));
    memcpy(reply + size + 12, *name, strlen(*name));
    size += 12 + strlen(*name);
  }
  put_u16(reply + 1, (uint16_t)count);
  send_frame(FRAME_REPLY, request, reply, size);
  free(reply);
  free_strings(names);
  free_strings(environment);
}
