#include "logs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base.h"
#include "link.h"
#include "queue.h"
#include "tee.h"
#include "wire.h"

enum { PIPE_SIZE = 1024 * 1024 };

static int pipe_fds[2] = {-1, -1};

unsigned logs_open(void) {
  if (pipe2(pipe_fds, O_CLOEXEC)) die(71, "pipe: %s", strerror(errno));
  if (fcntl(pipe_fds[0], F_SETFL, O_NONBLOCK) < 0) die(71, "pipe: %s", strerror(errno));
  // Refused where the user's share of pipe memory is spent; then Node's output may trail a big handler.
  int size = fcntl(pipe_fds[1], F_SETPIPE_SZ, PIPE_SIZE);
  if (size < 0) size = fcntl(pipe_fds[1], F_GETPIPE_SZ);
  tee_open();
  return size < 0 ? 0 : (unsigned)size;
}

int logs_writer(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", pipe_fds[1]);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  return fd >= 0 ? fd : fcntl(pipe_fds[1], F_DUPFD_CLOEXEC, 0);
}

bool logs_paused(void) { return link_expected() && queue_is_full(); }

static ssize_t read_some(size_t limit) {
  static uint8_t bytes[MAX_PAYLOAD];
  ssize_t size = read(pipe_fds[0], bytes, limit < sizeof bytes ? limit : sizeof bytes);
  if (size <= 0) return 0;
  send_log(bytes, (size_t)size, link_expected());
  tee_write(bytes, (size_t)size);
  return size;
}

void logs_drain(void) {
  int waiting = 0;
  if (ioctl(pipe_fds[0], FIONREAD, &waiting) || waiting <= 0) return;
  size_t left = (size_t)waiting;
  while (left) {
    ssize_t size = read_some(left);
    if (!size) return;
    left -= (size_t)size;
  }
}

static void pipe_ready(void *owner, short events) {
  (void)owner;
  (void)events;
  if (!logs_paused()) read_some(MAX_PAYLOAD);
}

void logs_watch(void) {
  if (!logs_paused()) watch(pipe_fds[0], POLLIN, pipe_ready, NULL);
}
