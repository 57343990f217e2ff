#include "processes.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base.h"
#include "commands.h"
#include "connections.h"
#include "logs.h"
#include "memory.h"
#include "memory_guard.h"
#include "queue.h"
#include "tree.h"
#include "wire.h"

enum { CHILDREN = 16, FREEZE_LIMIT_MS = 2000, EAGER_ROUNDS = 20 };

struct child {
  pid_t pid;          // 0 if this place is free
  enum role role;
  uint32_t id;
  uint64_t oom_kills; // memory_oom_kills() when it started
  int64_t started;    // now_us(), or 0 once its first sign was reported
  char *name;
};

static struct child children[CHILDREN];
static int64_t kill_time = INT64_MAX;  // the end of the time that SIGTERM is given
static bool killing;
static stopped_fn *on_stopped;

static struct child *find(pid_t pid) {
  for (int i = 0; i < CHILDREN; i++) {
    if (children[i].pid == pid) return &children[i];
  }
  return NULL;
}

static struct child *find_runtime(void) {
  for (int i = 0; i < CHILDREN; i++) {
    if (children[i].pid && children[i].role == ROLE_RUNTIME) return &children[i];
  }
  return NULL;
}

pid_t runtime_pid(void) {
  struct child *runtime = find_runtime();
  return runtime ? runtime->pid : 0;
}

void runtime_first_sign(void) {
  struct child *runtime = find_runtime();
  if (!runtime || !runtime->started) return;
  int64_t age = now_us() - runtime->started;
  runtime->started = 0;
  uint8_t event[9] = {EVENT_FIRST_SIGN};
  put_u64(event + 1, age > 0 ? (uint64_t)age : 1);
  send_frame(FRAME_EVENT, 0, event, sizeof event);
}

pid_t process_start(enum role role, uint32_t id, const char *name, const struct program *program, enum spawn_step *step) {
  struct child *child = find(0);
  *step = SPAWN_PREPARE;
  if (!child) {
    errno = EAGAIN;
    return -1;
  }
  uint64_t oom_kills = memory_oom_kills();
  int64_t started = now_us();
  pid_t pid = spawn(program, step);
  if (pid > 0) {
    if (role == ROLE_RUNTIME) memory_guard_busy(true);
    *child = (struct child){.pid = pid, .role = role, .id = id, .oom_kills = oom_kills, .started = started, .name = copy_string(name)};
  }
  return pid;
}

static void report_end(struct child *child, int status) {
  // It wrote its last answer and output before it died, so these are sent first.
  connections_drain();
  logs_drain();
  if (child->role == ROLE_RUNTIME) runtime_first_sign();
  bool killed = WIFSIGNALED(status);
  bool oom = killed && WTERMSIG(status) == SIGKILL && memory_oom_kills() > child->oom_kills;
  uint8_t event[] = {EVENT_EXIT, (uint8_t)child->role, killed, (uint8_t)(killed ? WTERMSIG(status) : WEXITSTATUS(status)), oom};
  // When the whole container ends, the end of the stream reports it, and not the exit of a process.
  if (!leaving()) send_frame2(FRAME_EVENT, child->id, event, sizeof event, child->name, strlen(child->name));
  free(child->name);
  *child = (struct child){0};
}

static void kill_all(void) {
  size_t count;
  struct process *list = descendants(&count);
  for (size_t i = 0; i < count; i++) kill(list[i].pid, SIGKILL);
  free(list);
}

static void start_killing(void) {
  kill_time = INT64_MAX;
  killing = true;
  kill_all();
}

void processes_reap(void) {
  for (;;) {
    int status;
    struct rusage usage;
    pid_t pid = wait4(-1, &status, WNOHANG, &usage);
    if (pid < 0 && errno == EINTR) continue;
    if (pid <= 0) break;
    struct child *child = find(pid);
    if (!child) continue;
    if (child->role == ROLE_RUNTIME) memory_saw((uint64_t)usage.ru_maxrss * 1024);
    bool was_runtime = child->role == ROLE_RUNTIME;
    report_end(child, status);
    if (was_runtime && kill_time != INT64_MAX) start_killing();
  }
  if (!killing) return;
  // Orphans become our children, so without a child there is no descendant. Until then, each process that ended may have left one.
  // WNOWAIT: a process that dies at this moment must be reaped above, where its end is reported.
  siginfo_t next;
  if (waitid(P_ALL, 0, &next, WEXITED | WNOHANG | WNOWAIT) < 0 && errno == ECHILD) {
    killing = false;
    stopped_fn *stopped = on_stopped;
    on_stopped = NULL;
    logs_settle();
    if (stopped) stopped();
    return;
  }
  kill_all();
}

bool processes_stopping(void) { return killing || kill_time != INT64_MAX; }

void processes_stop(uint32_t patience, stopped_fn *stopped) {
  on_stopped = stopped;
  memory_peak();
  struct child *runtime = find_runtime();
  if (patience && runtime) {
    int64_t time = now_ms() + patience;
    if (time < kill_time && !killing) kill_time = time;
    // A frozen process would not get the signal.
    processes_thaw();
    kill(runtime->pid, SIGTERM);
    return;
  }
  if (!killing) start_killing();
  processes_reap();
}

void processes_watch(void) {
  if (kill_time == INT64_MAX) return;
  if (now_ms() < kill_time) wake_at(kill_time);
  else {
    start_killing();
    processes_reap();
  }
}

// Only a parent learns that a process has stopped, so the states are read again and again. After some rounds there is a pause in
// between, so that on a busy machine the processes that are to stop get a processor.
int processes_freeze(void) {
  int64_t limit = now_ms() + FREEZE_LIMIT_MS;
  for (int round = 0; now_ms() < limit; round++) {
    size_t count, running = 0;
    struct process *list = descendants(&count);
    for (size_t i = 0; i < count; i++) {
      if (list[i].state == 'T' || list[i].state == 't') continue;
      running++;
      kill(list[i].pid, SIGSTOP);
    }
    free(list);
    if (!running) return 0;
    if (round < EAGER_ROUNDS) sched_yield();
    else poll(NULL, 0, 1);
  }
  return ETIMEDOUT;
}

void processes_thaw(void) {
  size_t count;
  struct process *list = descendants(&count);
  while (count--) kill(list[count].pid, SIGCONT);
  free(list);
}
