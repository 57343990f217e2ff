// PID 1 of a function's container. See ../README.md.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base.h"
#include "bridge.h"
#include "commands.h"
#include "connections.h"
#include "link.h"
#include "listeners.h"
#include "log_reader.h"
#include "logs.h"
#include "memory_guard.h"
#include "processes.h"
#include "queue.h"
#include "settings.h"
#include "wire.h"

enum { TERM_PATIENCE_MS = 500, LEFT_ALONE_STATUS = 75 };

static int signals = -1;

static void open_signals(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, LOG_READER_DIED);
  // The kernel discards signals to PID 1 that have no handler, but not those that are blocked.
  sigprocmask(SIG_BLOCK, &set, NULL);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals < 0) die(71, "signalfd: %s", strerror(errno));
}

static void signal_ready(void *owner, short events) {
  (void)owner;
  (void)events;
  struct signalfd_siginfo info;
  while (read(signals, &info, sizeof info) == (ssize_t)sizeof info) {
    if (info.ssi_signo == SIGCHLD) processes_reap();
    else if (info.ssi_signo == LOG_READER_DIED) log_reader_restart();
    else leave(128 + (int)info.ssi_signo, TERM_PATIENCE_MS);
  }
}

// Closes the descriptors that the engine left open.
static void close_inherited(void) {
  if (!syscall(SYS_close_range, 3u, ~0u, 0u)) return;
  for (int fd = 3; fd < 1024; fd++) close(fd);
}

static void announce(void) {
  uint8_t event = EVENT_READY;
  send_frame(FRAME_EVENT, 0, &event, 1);
}

static void use_runtime_api(uint16_t port) {
  char text[64];
  snprintf(text, sizeof text, "AWS_LAMBDA_RUNTIME_API=127.0.0.1:%u", port);
  char *additions[] = {text, NULL};
  settings.environment = environment_with(additions);
}

int main(int count, char **arguments) {
  // The function may run as the same user, but must not trace this process, read its memory or its original variables.
  prctl(PR_SET_DUMPABLE, 0);
  if (count == 3 && !strcmp(arguments[1], "-x")) return bridge_main(arguments[2]);
  int first = 1;
  if (count > 1 && !strcmp(arguments[1], "--")) first = 2;
  load_settings(arguments + first);
  close_inherited();
  if (getpid() != 1 && prctl(PR_SET_CHILD_SUBREAPER, 1)) die(71, "can't become a subreaper: %s", strerror(errno));
  umask(0);
  open_signals();
  logs_open();
  use_runtime_api(listen_for_runtime(settings.port));
  memory_guard_open();
  link_open();
  announce();
  if (settings.start) run_command_file(settings.start);
  for (;;) {
    link_flush();
    if (now_ms() >= link_deadline() && !processes_stopping()) {
      say("no test process is connected, so this container ends");
      leave(LEFT_ALONE_STATUS, 0);
    }
    watch(signals, POLLIN, signal_ready, NULL);
    link_watch();
    processes_watch();
    memory_guard_watch();
    commands_watch();
    logs_watch();
    connections_watch();
    watch_round();
  }
}
