#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base.h"
#include "logs.h"

extern char **environ;

enum { TELEMETRY_FD = 3, OPEN_FILES = 1024 };

struct failure {
  int step, error;
};

static _Noreturn void fail(int report, enum spawn_step step) {
  struct failure failure = {.step = (int)step, .error = errno};
  ssize_t ignored = write(report, &failure, sizeof failure);
  (void)ignored;
  _exit(127);
}

static void reset_signals(void) {
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

// AWS's limit. Not every engine sets the limit that it is asked for, and Kubernetes has no such setting.
static void limit_open_files(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit)) return;
  if (limit.rlim_max > OPEN_FILES) limit.rlim_max = OPEN_FILES;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

static int quiet_input(void) {
  int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (fd >= 0) return fd;
  // Without /dev/null: the reading end of a pipe that has no writer.
  int ends[2];
  if (pipe2(ends, O_CLOEXEC)) return -1;
  close(ends[1]);
  return ends[0];
}

// Moves a descriptor above the numbers that the program will get.
static int above(int fd) {
  if (fd < 0 || fd > TELEMETRY_FD) return fd;
  int moved = fcntl(fd, F_DUPFD_CLOEXEC, TELEMETRY_FD + 1);
  close(fd);
  return moved;
}

static _Noreturn void become(const struct program *program, const int fds[3], int report, pid_t init) {
  setsid();
  end_with(init);
  reset_signals();
  umask(022);
  limit_open_files();
  if (dup2(fds[0], STDIN_FILENO) < 0 || dup2(fds[1], STDOUT_FILENO) < 0 || dup2(fds[1], STDERR_FILENO) < 0 ||
      (fds[2] >= 0 && dup2(fds[2], TELEMETRY_FD) < 0)) {
    fail(report, SPAWN_PREPARE);
  }
  if (program->folder && chdir(program->folder)) fail(report, SPAWN_FOLDER);
  environ = program->environment;
  execvp(program->argv[0], program->argv);
  fail(report, SPAWN_EXEC);
}

pid_t spawn(const struct program *program, enum spawn_step *step) {
  *step = SPAWN_PREPARE;
  int report[2];
  if (pipe2(report, O_CLOEXEC)) return -1;
  report[1] = above(report[1]);
  int fds[3] = {above(quiet_input()), above(logs_writer()), program->telemetry ? above(logs_writer()) : -1};
  pid_t init = getpid(), pid = -1;
  if (report[1] >= 0 && fds[0] >= 0 && fds[1] >= 0 && (fds[2] >= 0 || !program->telemetry)) pid = fork();
  if (pid == 0) become(program, fds, report[1], init);
  int error = errno;
  if (fds[0] >= 0) close(fds[0]);
  logs_retire(fds[1]);
  logs_retire(fds[2]);
  if (report[1] >= 0) close(report[1]);
  struct failure failure;
  ssize_t size = 0;
  if (pid > 0) {
    do size = read(report[0], &failure, sizeof failure);
    while (size < 0 && errno == EINTR);
  }
  close(report[0]);
  if (pid < 0) {
    errno = error;
    return -1;
  }
  if (size == (ssize_t)sizeof failure) {
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
    *step = (enum spawn_step)failure.step;
    errno = failure.error;
    return -1;
  }
  *step = SPAWN_RAN;
  return pid;
}
