#include "peers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base.h"
#include "tree.h"

// The user of the socket with these ends, as /proc/net/tcp has it. False if it has none: no process has it open any more.
static bool find_user(const struct sockaddr_in *local, const struct sockaddr_in *remote, uid_t *user) {
  FILE *table = fopen("/proc/net/tcp", "re");
  if (!table) return false;
  char key[40], line[256];
  snprintf(key, sizeof key, " %08X:%04X %08X:%04X ", local->sin_addr.s_addr, ntohs(local->sin_port), remote->sin_addr.s_addr,
           ntohs(remote->sin_port));
  bool found = false;
  while (!found && fgets(line, sizeof line, table)) {
    char *rest = strstr(line, key);
    unsigned uid;
    unsigned long inode;
    // State, queues, timer, retransmits, uid, timeout, inode.
    if (!rest || sscanf(rest + strlen(key), "%*x %*x:%*x %*x:%*x %*x %u %*d %lu", &uid, &inode) != 2 || !inode) continue;
    *user = uid;
    found = true;
  }
  fclose(table);
  return found;
}

static bool runs_here(uid_t user) {
  size_t count;
  struct process *list = descendants(&count);
  bool found = false;
  for (size_t i = 0; i < count && !found; i++) {
    char path[64];
    struct stat status;
    snprintf(path, sizeof path, "/proc/%d", (int)list[i].pid);
    found = !stat(path, &status) && status.st_uid == user;
  }
  free(list);
  return found;
}

bool peer_is_ours(int fd) {
  struct sockaddr_in local, remote;
  socklen_t size = sizeof local;
  if (getsockname(fd, (struct sockaddr *)&local, &size)) return true;
  size = sizeof remote;
  if (getpeername(fd, (struct sockaddr *)&remote, &size)) return true;
  uid_t user;
  if (!find_user(&remote, &local, &user) || user == getuid() || runs_here(user)) return true;
  say("user %u can't use the Runtime API of this container", (unsigned)user);
  return false;
}
