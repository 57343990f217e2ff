#include "log_reader.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base.h"
#include "tree.h"
#include "wire.h"

// A writer holds the pipe's lock for microseconds, or for a period of its CPU quota if it is paused in between.
enum { LOOK_EVERY_MS = 100, LOOKS = 3 };

struct shared {
  uint32_t waiting, size;
  uint8_t bytes[MAX_PAYLOAD];
};

static struct shared *shared;
static int pipe_fd = -1, ends[2] = {-1, -1};
static pid_t reader;
static bool busy, hung;

static _Noreturn void serve(pid_t init) {
  end_with(init);
  prctl(PR_SET_NAME, "log-reader");
  uint8_t ask;
  for (;;) {
    ssize_t asked = recv(ends[1], &ask, 1, 0);
    if (asked < 0 && errno == EINTR) continue;
    if (asked <= 0) _exit(0);
    int waiting = 0;
    ssize_t size = ioctl(pipe_fd, FIONREAD, &waiting) || waiting <= 0 ? 0 : read(pipe_fd, shared->bytes, sizeof shared->bytes);
    shared->waiting = waiting > 0 ? (uint32_t)waiting : 0;
    shared->size = size > 0 ? (uint32_t)size : 0;
    if (send(ends[1], &ask, 1, MSG_NOSIGNAL) != 1) _exit(0);
  }
}

static void start(void) {
  pid_t init = getpid();
  // It shares our descriptors, so that its end closes none of them: even closing could wait for the pipe's lock. And a child whose end
  // is not reported by SIGCHLD is not one of those that a stop ends and waits for.
  reader = (pid_t)syscall(SYS_clone, (long)(CLONE_FILES | LOG_READER_DIED), 0L, 0L, 0L, 0L);
  if (reader == 0) serve(init);
  if (reader < 0) reader = 0;
  tree_leave_out(reader);
}

void log_reader_open(int pipe) {
  pipe_fd = pipe;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) die(71, "socketpair: %s", strerror(errno));
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) die(71, "mmap: %s", strerror(errno));
  start();
  if (!reader) die(71, "clone: %s", strerror(errno));
}

bool log_reader_busy(void) { return busy; }

int log_reader_fd(void) { return ends[0]; }

void log_reader_ask(void) {
  static const uint8_t ask = 0;
  busy = true;
  ssize_t ignored = send(ends[0], &ask, 1, MSG_NOSIGNAL);
  (void)ignored;
}

void log_reader_restart(void) {
  if (reader && waitpid(reader, NULL, __WCLONE | WNOHANG) != reader) return;
  start();
  // It may have ended before it answered.
  if (busy && !is_readable(ends[0], 0)) log_reader_ask();
}

bool log_reader_wait(void) {
  int looks = hung ? LOOKS - 1 : 0, patience = hung ? 0 : LOOK_EVERY_MS;
  while (!is_readable(ends[0], patience)) {
    log_reader_restart();
    char state = reader ? process_state(reader) : 'D';
    if (state == 'T') kill(reader, SIGCONT);
    // Any other state means that it waits for a processor, and will answer.
    looks = state == 'D' ? looks + 1 : 0;
    if (looks == LOOKS) {
      hung = true;
      return false;
    }
    patience = LOOK_EVERY_MS;
  }
  return true;
}

void log_reader_trust(void) { hung = false; }

struct log_piece log_reader_take(void) {
  uint8_t answer;
  ssize_t ignored = recv(ends[0], &answer, 1, MSG_DONTWAIT);
  (void)ignored;
  busy = hung = false;
  return (struct log_piece){.bytes = shared->bytes, .size = shared->size, .waiting = shared->waiting};
}
