#include "bridge.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base.h"

enum { CONNECT_TRIES = 500, CONNECT_PAUSE_MS = 10, STREAM_PIPE_SIZE = 256 * 1024 };

static socklen_t address_of(const char *id, struct sockaddr_un *address) {
  *address = (struct sockaddr_un){.sun_family = AF_UNIX};
  static const char prefix[] = "lambda-fixtures/";
  size_t size = strlen(id), room = sizeof address->sun_path - sizeof prefix;
  if (size > room) size = room;
  // sun_path[0] stays 0: an abstract name needs no writable folder, and vanishes with its process.
  memcpy(address->sun_path + 1, prefix, sizeof prefix - 1);
  memcpy(address->sun_path + sizeof prefix, id, size);
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + sizeof prefix + size);
}

int bridge_listen(const char *id) {
  struct sockaddr_un address;
  socklen_t size = address_of(id, &address);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) || listen(fd, 8)) {
    die(71, "can't listen for streams as %s: %s", id, strerror(errno));
  }
  return fd;
}

union rights {
  struct cmsghdr header;
  char bytes[CMSG_SPACE(2 * sizeof(int))];
};

static int hand_over(int socket, const int fds[2]) {
  union rights rights;
  memset(&rights, 0, sizeof rights);
  char byte = 'S';
  struct iovec piece = {.iov_base = &byte, .iov_len = 1};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &rights, .msg_controllen = sizeof rights};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(2 * sizeof(int));
  memcpy(CMSG_DATA(header), fds, 2 * sizeof(int));
  return sendmsg(socket, &message, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

int bridge_main(const char *id) {
  struct sockaddr_un address;
  socklen_t size = address_of(id, &address);
  int fd = -1;
  for (int tries = 0; tries < CONNECT_TRIES; tries++) {
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) die(71, "socket: %s", strerror(errno));
    if (!connect(fd, (struct sockaddr *)&address, size)) break;
    close(fd);
    fd = -1;
    // The exec may run before the init listens, and no event reports when a socket begins to listen.
    struct timespec pause = {.tv_nsec = CONNECT_PAUSE_MS * 1000000L};
    nanosleep(&pause, NULL);
  }
  if (fd < 0) die(69, "no init listens as %s", id);
  if (hand_over(fd, (int[]){STDIN_FILENO, STDOUT_FILENO})) die(69, "can't hand over the stream: %s", strerror(errno));
  // Now only the init holds them, so the engine sees their end when the init closes them.
  close(STDIN_FILENO);
  close(STDOUT_FILENO);
  for (;;) {
    char byte;
    ssize_t got = read(fd, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return 0;
  }
}

static void close_all(const int *fds, size_t count) {
  for (size_t i = 0; i < count; i++) close(fds[i]);
}

enum bridge_news bridge_receive(int bridge, int fds[2]) {
  union rights rights;
  char byte;
  struct iovec piece = {.iov_base = &byte, .iov_len = 1};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &rights, .msg_controllen = sizeof rights};
  ssize_t size = recvmsg(bridge, &message, MSG_CMSG_CLOEXEC);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return BRIDGE_NOTHING;
  if (size <= 0) return BRIDGE_ENDED;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) return BRIDGE_ENDED;
  int given[2];
  size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  if (count > 2) count = 2;
  memcpy(given, CMSG_DATA(header), count * sizeof(int));
  if (count != 2 || (message.msg_flags & MSG_CTRUNC) || fcntl(given[0], F_SETFL, O_NONBLOCK) < 0 ||
      fcntl(given[1], F_SETFL, O_NONBLOCK) < 0) {
    close_all(given, count);
    return BRIDGE_ENDED;
  }
  // Larger pipes than the engine's 64 KiB save context switches. This fails if it is no pipe, or if the user's quota is used up.
  for (size_t i = 0; i < count; i++) fcntl(given[i], F_SETPIPE_SZ, STREAM_PIPE_SIZE);
  memcpy(fds, given, sizeof given);
  return BRIDGE_STREAM;
}
