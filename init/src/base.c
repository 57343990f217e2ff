#include "base.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

void *allocate(size_t size) {
  void *memory = malloc(size);
  if (!memory) die(71, "out of memory (%zu bytes)", size);
  return memory;
}

char *copy_string(const char *string) {
  size_t size = strlen(string) + 1;
  return memcpy(allocate(size), string, size);
}

int64_t now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

int64_t now_ms(void) { return now_us() / 1000; }

static void write_message(const char *format, va_list arguments) {
  char line[512];
  int prefix = snprintf(line, sizeof line, "lambda-fixtures init: ");
  int text = vsnprintf(line + prefix, sizeof line - (size_t)prefix - 1, format, arguments);
  size_t size = (size_t)prefix + (text < 0 ? 0 : (size_t)text);
  if (size > sizeof line - 2) size = sizeof line - 2;
  line[size++] = '\n';
  // The function runs on even if the log can't be written.
  ssize_t ignored = write(STDERR_FILENO, line, size);
  (void)ignored;
}

void say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  write_message(format, arguments);
  va_end(arguments);
}

void die(int status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  write_message(format, arguments);
  va_end(arguments);
  _exit(status);
}

bool is_readable(int fd, int patience) {
  struct pollfd watched_fd = {.fd = fd, .events = POLLIN};
  return poll(&watched_fd, 1, patience) > 0;
}

void end_with(pid_t parent) {
  // When PID 1 ends, the kernel ends all processes of the namespace.
  if (parent == 1) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
}

struct watcher {
  ready_fn *ready;
  void *owner;
};

static struct pollfd *fds;
static struct watcher *watchers;
static size_t watched, capacity;
static int64_t wake_time = INT64_MAX;

void watch(int fd, short events, ready_fn *ready, void *owner) {
  if (watched == capacity) {
    capacity = capacity ? capacity * 2 : 64;
    fds = realloc(fds, capacity * sizeof *fds);
    watchers = realloc(watchers, capacity * sizeof *watchers);
    if (!fds || !watchers) die(71, "out of memory");
  }
  fds[watched] = (struct pollfd){.fd = fd, .events = events};
  watchers[watched++] = (struct watcher){.ready = ready, .owner = owner};
}

void wake_at(int64_t time) {
  if (time < wake_time) wake_time = time;
}

void watch_round(void) {
  int timeout = -1;
  if (wake_time != INT64_MAX) {
    int64_t left = wake_time - now_ms();
    timeout = left < 0 ? 0 : left > 60000 ? 60000 : (int)left;
  }
  size_t count = watched;
  watched = 0;
  wake_time = INT64_MAX;
  if (poll(fds, count, timeout) < 0) {
    if (errno == EINTR || errno == EAGAIN) return;
    die(71, "poll: %s", strerror(errno));
  }
  for (size_t i = 0; i < count; i++) {
    if (fds[i].revents) watchers[i].ready(watchers[i].owner, fds[i].revents);
  }
}
