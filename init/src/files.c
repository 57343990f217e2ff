#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base.h"
#include "settings.h"
#include "wire.h"

enum file_kind { KIND_FOLDER = 0, KIND_FILE = 1, KIND_LINK = 2 };

// A file is written under this name and then renamed, so that its own name never shows half a file.
#define PART_NAME ".lambda-fixtures-part"

static struct {
  int folder, fd;  // -1 if none is open
  char *name, *path;
  mode_t mode;
  uint64_t left;
} open_file = {.folder = -1, .fd = -1};

static char problem[512];
static uint32_t done;

static void note_problem(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void note_problem(const char *format, ...) {
  if (problem[0]) return;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(problem, sizeof problem, format, arguments);
  va_end(arguments);
}

const char *files_result(uint32_t *count) {
  static char result[sizeof problem];
  if (open_file.fd >= 0) note_problem("%s: %llu bytes are missing", open_file.path, (unsigned long long)open_file.left);
  memcpy(result, problem, sizeof result);
  *count = done;
  problem[0] = 0;
  done = 0;
  return result[0] ? result : NULL;
}

// The part of `path` after the folder of LF_WRITABLE that contains it, which is copied to `root`. NULL if there is none.
static const char *under_root(const char *path, char *root, size_t room) {
  for (const char *at = settings.writable; *at;) {
    size_t size = strcspn(at, ":");
    if (size && size < room && !strncmp(path, at, size) && (path[size] == '/' || !path[size])) {
      memcpy(root, at, size);
      root[size] = 0;
      return path + size;
    }
    at += size;
    if (*at) at++;
  }
  return NULL;
}

static bool sound_component(const char *name) { return *name && strcmp(name, ".") && strcmp(name, ".."); }

// Opens the parent folder of `path`, which is made if it is missing, and returns the last part of the path in `name`. -1 on failure.
static int open_parent(const char *path, char **name) {
  char root[PATH_MAX];
  const char *rest = under_root(path, root, sizeof root);
  if (!rest) {
    note_problem("%s: not under %s", path, settings.writable);
    return -1;
  }
  int folder = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) {
    note_problem("%s: %s", root, strerror(errno));
    return -1;
  }
  while (*rest == '/') rest++;
  char *parts = copy_string(rest);
  size_t size = strlen(parts);
  while (size && parts[size - 1] == '/') parts[--size] = 0;
  char *at = parts;
  for (char *slash; (slash = strchr(at, '/')); at = slash + 1) {
    *slash = 0;
    int next = -1;
    if (sound_component(at)) {
      if (mkdirat(folder, at, 0755) && errno != EEXIST) next = -1;
      else next = openat(folder, at, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    } else {
      errno = EINVAL;
    }
    if (next < 0) note_problem("%s: %s: %s", path, at, strerror(errno));
    close(folder);
    folder = next;
    if (folder < 0) break;
  }
  if (folder >= 0 && *at && !sound_component(at)) {
    note_problem("%s: %s", path, strerror(EINVAL));
    close(folder);
    folder = -1;
  }
  *name = folder >= 0 ? copy_string(at) : NULL;
  free(parts);
  return folder;
}

static int make_folder(int parent, const char *name, mode_t mode) {
  if (*name && mkdirat(parent, name, 0755) && errno != EEXIST) return -1;
  int folder = *name ? openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : fcntl(parent, F_DUPFD_CLOEXEC, 0);
  if (folder < 0) return -1;
  // The mode of the root itself is the image's, and stays.
  int result = *name ? fchmod(folder, mode) : 0;
  int error = errno;
  close(folder);
  errno = error;
  return result;
}

static int make_link(int parent, const char *name, const char *target) {
  if (!*name || !*target) {
    errno = EINVAL;
    return -1;
  }
  unlinkat(parent, PART_NAME, 0);
  return symlinkat(target, parent, PART_NAME) || renameat(parent, PART_NAME, parent, name) ? -1 : 0;
}

static void close_file(void) {
  close(open_file.fd);
  close(open_file.folder);
  free(open_file.name);
  free(open_file.path);
  open_file.fd = open_file.folder = -1;
  open_file.name = open_file.path = NULL;
}

static void finish_file(void) {
  if (fchmod(open_file.fd, open_file.mode) ||
      renameat(open_file.folder, PART_NAME, open_file.folder, open_file.name)) {
    note_problem("%s: %s", open_file.path, strerror(errno));
    unlinkat(open_file.folder, PART_NAME, 0);
  } else {
    done++;
  }
  close_file();
}

void file_data(const uint8_t *bytes, size_t size) {
  // The remaining bytes of a file that could not be made are ignored.
  if (open_file.fd < 0) return;
  if (size > open_file.left) {
    note_problem("%s: more bytes than announced", open_file.path);
    size = (size_t)open_file.left;
  }
  while (size) {
    ssize_t written = write(open_file.fd, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      note_problem("%s: %s", open_file.path, strerror(errno));
      unlinkat(open_file.folder, PART_NAME, 0);
      close_file();
      return;
    }
    bytes += written;
    size -= (size_t)written;
    open_file.left -= (uint64_t)written;
  }
  if (!open_file.left) finish_file();
}

// The frame that begins a file holds its first bytes too, so a small file is one frame. Takes over folder, name and path.
static void begin_file(int folder, char *name, char *path, mode_t mode, uint64_t size, struct reader *rest) {
  unlinkat(folder, PART_NAME, 0);
  int fd = *name ? openat(folder, PART_NAME, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600) : -1;
  if (fd < 0) {
    note_problem("%s: %s", path, *name ? strerror(errno) : "a root can't be a file");
    close(folder);
    free(name);
    free(path);
    return;
  }
  open_file.folder = folder;
  open_file.fd = fd;
  open_file.name = name;
  open_file.path = path;
  open_file.mode = mode;
  open_file.left = size;
  file_data(rest->at, rest->left);
}

bool file_begin(const uint8_t *payload, size_t size) {
  struct reader reader = {.at = payload, .left = size};
  uint8_t kind = read_u8(&reader);
  mode_t mode = read_u32(&reader) & 07777;
  uint64_t bytes = read_u64(&reader);
  char *path = read_string(&reader);
  char *target = kind == KIND_LINK ? read_string(&reader) : NULL;
  if (reader.bad || kind > KIND_LINK) {
    free(path);
    free(target);
    return false;
  }
  if (open_file.fd >= 0) {
    note_problem("%s: %llu bytes are missing", open_file.path, (unsigned long long)open_file.left);
    unlinkat(open_file.folder, PART_NAME, 0);
    close_file();
  }
  char *name;
  int folder = open_parent(path, &name);
  if (folder >= 0 && kind == KIND_FILE) {
    begin_file(folder, name, path, mode, bytes, &reader);
    return true;
  }
  if (folder >= 0) {
    if (kind == KIND_FOLDER ? make_folder(folder, name, mode) : make_link(folder, name, target)) {
      note_problem("%s: %s", path, strerror(errno));
    } else {
      done++;
    }
    close(folder);
    free(name);
  }
  free(path);
  free(target);
  return true;
}
