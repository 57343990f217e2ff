#include "commands.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base.h"
#include "connections.h"
#include "extensions.h"
#include "files.h"
#include "link.h"
#include "listeners.h"
#include "memory.h"
#include "processes.h"
#include "queue.h"
#include "settings.h"
#include "wire.h"

enum { WAITERS = 16, LEAVE_LIMIT_MS = 2000 };
enum { START_TELEMETRY = 1, START_BOOTSTRAP = 2 };
enum { FILE_REQUEST = 1, COMMAND_FILE_LIMIT = 128 * 1024 };

static uint32_t waiters[WAITERS];  // the STOP requests to answer
static size_t waiter_count;
static int leave_status = -1;
static int64_t leave_time = INT64_MAX;

static void succeed(uint32_t request, const void *body, size_t size) {
  static const uint8_t fine = 0;
  send_frame2(FRAME_REPLY, request, &fine, 1, body, size);
}

static void refuse(uint32_t request, int error, const char *message) {
  uint8_t head[5] = {1};
  put_u32(head + 1, (uint32_t)error);
  send_frame2(FRAME_REPLY, request, head, sizeof head, message, strlen(message));
}

static void answer(uint32_t request, int error) {
  if (error) refuse(request, error, strerror(error));
  else succeed(request, NULL, 0);
}

static void stopped(void) {
  connections_reset_all();
  for (size_t i = 0; i < waiter_count; i++) succeed(waiters[i], NULL, 0);
  waiter_count = 0;
  if (leave_status < 0) return;
  link_flush();
  _exit(leave_status);
}

static void stop(uint32_t request, uint32_t patience) {
  if (waiter_count == WAITERS) {
    answer(request, EAGAIN);
    return;
  }
  waiters[waiter_count++] = request;
  processes_stop(patience, stopped);
}

bool leaving(void) { return leave_status >= 0; }

void commands_watch(void) {
  if (leave_time == INT64_MAX) return;
  // A process may be impossible to kill, for example while a disk hangs. When PID 1 ends, it becomes the kernel's task.
  if (now_ms() >= leave_time) _exit(leave_status);
  wake_at(leave_time);
}

void leave(int status, uint32_t patience) {
  leave_status = status;
  leave_time = now_ms() + patience + LEAVE_LIMIT_MS;
  processes_stop(patience, stopped);
}

static char bootstrap_file[PATH_MAX];

// Searches for a custom runtime as Lambda does: first in the function, then in its layers. NULL and a message if there is none.
static const char *find_bootstrap(char *message, size_t room) {
  size_t at = (size_t)snprintf(message, room, "Couldn't find valid bootstrap(s): [");
  for (const char *root = settings.roots; *root;) {
    size_t size = strcspn(root, ":");
    snprintf(bootstrap_file, sizeof bootstrap_file, "%.*s/bootstrap", (int)size, root);
    if (!access(bootstrap_file, X_OK)) return bootstrap_file;
    if (at < room) at += (size_t)snprintf(message + at, room - at, "%s%s", root == settings.roots ? "" : " ", bootstrap_file);
    root += size;
    if (*root) root++;
  }
  if (at < room) snprintf(message + at, room - at, "]");
  return NULL;
}

static void refuse_start(uint32_t request, enum spawn_step step, const struct program *program) {
  int error = errno;
  char message[PATH_MAX + 128];
  const char *what = step == SPAWN_FOLDER ? program->folder : step == SPAWN_EXEC ? program->argv[0] : "fork";
  snprintf(message, sizeof message, "%s: %s", what, strerror(error));
  refuse(request, error, message);
}

static void start_program(uint32_t request, uint8_t flags, char **argv, char **additions, const char *folder) {
  char message[1024];
  char *bootstrap_argv[] = {NULL, NULL};
  if (flags & START_BOOTSTRAP) {
    const char *bootstrap = find_bootstrap(message, sizeof message);
    if (!bootstrap) {
      refuse(request, ENOENT, message);
      return;
    }
    bootstrap_argv[0] = bootstrap_file;
    argv = bootstrap_argv;
  } else if (!argv[0]) {
    argv = settings.entrypoint;
  }
  if (!argv || !argv[0]) {
    refuse(request, EINVAL, "neither the command nor the container's entrypoint names a program to start");
    return;
  }
  struct program program = {.argv = argv,
                            .environment = environment_with(additions),
                            .folder = *folder ? folder : NULL,
                            .telemetry = flags & START_TELEMETRY};
  enum spawn_step step;
  pid_t pid = process_start(ROLE_RUNTIME, request, argv[0], &program, &step);
  if (pid > 0) succeed(request, NULL, 0);
  else refuse_start(request, step, &program);
  free_strings(program.environment);
}

static bool start(uint32_t request, struct reader *reader) {
  uint8_t flags = read_u8(reader);
  char **argv = read_strings(reader);
  char **additions = read_strings(reader);
  char *folder = read_string(reader);
  bool sound = !reader->bad;
  if (sound) {
    if (processes_stopping()) refuse(request, EBUSY, "all processes are being ended");
    else if (runtime_pid()) refuse(request, EALREADY, "the runtime runs already");
    else start_program(request, flags, argv, additions, folder);
  }
  free_strings(argv);
  free_strings(additions);
  free(folder);
  return sound;
}

static bool extensions(uint32_t request, struct reader *reader) {
  char **additions = read_strings(reader);
  if (reader->bad) return false;
  if (processes_stopping()) refuse(request, EBUSY, "all processes are being ended");
  else start_extensions(request, additions);
  free_strings(additions);
  return true;
}

static void reply_memory(uint32_t request) {
  uint8_t body[24];
  put_u64(body, memory_peak());
  put_u64(body + 8, memory_oom_kills());
  put_u64(body + 16, memory_limit());
  succeed(request, body, sizeof body);
}

static void reply_files(uint32_t request) {
  uint32_t count;
  const char *problem = files_result(&count);
  uint8_t body[4];
  put_u32(body, count);
  if (problem) refuse(request, EIO, problem);
  else succeed(request, body, sizeof body);
}

bool run_command(uint32_t request, const uint8_t *payload, size_t size) {
  struct reader reader = {.at = payload, .left = size};
  uint8_t kind = read_u8(&reader);
  uint32_t number = 0;
  if (kind == COMMAND_STOP) number = read_u32(&reader);
  if (kind == COMMAND_LISTEN) number = read_u16(&reader);
  if (reader.bad) return false;
  switch (kind) {
    case COMMAND_START:
      return start(request, &reader);
    case COMMAND_EXTENSIONS:
      return extensions(request, &reader);
    case COMMAND_STOP:
      stop(request, number);
      return true;
    case COMMAND_MEMORY:
      reply_memory(request);
      return true;
    case COMMAND_FREEZE:
      answer(request, processes_freeze());
      return true;
    case COMMAND_THAW:
      processes_thaw();
      answer(request, 0);
      return true;
    case COMMAND_LISTEN:
      answer(request, listen_on_port((uint16_t)number));
      return true;
    case COMMAND_FILES_DONE:
      reply_files(request);
      return true;
    default:
      answer(request, ENOSYS);
      return true;
  }
}

void run_command_file(const char *path) {
  static uint8_t bytes[COMMAND_FILE_LIMIT];
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) die(71, "%s: %s", path, strerror(errno));
  size_t size = 0;
  for (ssize_t some; size < sizeof bytes && (some = read(fd, bytes + size, sizeof bytes - size)) > 0;) size += (size_t)some;
  close(fd);
  if (!run_command(FILE_REQUEST, bytes, size)) die(64, "%s holds no valid command", path);
}
