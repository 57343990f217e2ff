#include "logs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base.h"
#include "link.h"
#include "log_reader.h"
#include "queue.h"
#include "tee.h"
#include "wire.h"

enum { PIPE_SIZE = 1024 * 1024, WRITERS = 256 };

static int pipe_fds[2] = {-1, -1};
static int retired[WRITERS];
static size_t retired_count;

void logs_open(void) {
  if (pipe2(pipe_fds, O_CLOEXEC)) die(71, "pipe: %s", strerror(errno));
  if (fcntl(pipe_fds[0], F_SETFL, O_NONBLOCK) < 0) die(71, "pipe: %s", strerror(errno));
  // Fails when the user's quota of pipe memory is used up. Then Node may write the last of much output after its answer.
  fcntl(pipe_fds[1], F_SETPIPE_SZ, PIPE_SIZE);
  tee_open();
  log_reader_open(pipe_fds[0]);
}

int logs_writer(void) {
  if (retired_count + 2 > WRITERS) {
    errno = EMFILE;
    return -1;
  }
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", pipe_fds[1]);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  return fd >= 0 ? fd : fcntl(pipe_fds[1], F_DUPFD_CLOEXEC, 0);
}

void logs_retire(int writer) {
  if (writer >= 0) retired[retired_count++] = writer;
}

bool logs_paused(void) { return link_expected() && queue_is_full(); }

static struct log_piece pass_on(void) {
  struct log_piece piece = log_reader_take();
  send_log(piece.bytes, piece.size, link_expected());
  tee_write(piece.bytes, piece.size);
  return piece;
}

void logs_drain(void) {
  // An earlier request may have been served before the last bytes were written.
  if (log_reader_busy()) {
    if (!log_reader_wait()) return;
    pass_on();
  }
  if (!is_readable(pipe_fds[0], 0)) return;
  for (size_t left = SIZE_MAX; left;) {
    log_reader_ask();
    if (!log_reader_wait()) return;
    struct log_piece piece = pass_on();
    if (!piece.size) return;
    // Stop at the bytes that are there now, because programs may write on and on.
    if (left > piece.waiting) left = piece.waiting;
    left -= piece.size < left ? piece.size : left;
  }
}

void logs_settle(void) {
  log_reader_trust();
  logs_drain();
  while (retired_count) close(retired[--retired_count]);
}

static void pipe_ready(void *owner, short events) {
  (void)owner;
  (void)events;
  if (!logs_paused() && !log_reader_busy()) log_reader_ask();
}

static void reader_ready(void *owner, short events) {
  (void)owner;
  (void)events;
  // Another event of this round may have taken the answer.
  if (log_reader_busy() && log_reader_wait()) pass_on();
}

void logs_watch(void) {
  if (log_reader_busy()) watch(log_reader_fd(), POLLIN, reader_ready, NULL);
  else if (!logs_paused()) watch(pipe_fds[0], POLLIN, pipe_ready, NULL);
}
