#include "listeners.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base.h"

enum { LISTENERS = 64 };

struct listener {
  int fd;
  uint16_t port;  // 0: the Runtime API
};

static struct listener listeners[LISTENERS];
static size_t listener_count;
static accepted_fn *on_accepted;

static int listen_on(const struct sockaddr *address, socklen_t size) {
  int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  int yes = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (address->sa_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  if (bind(fd, address, size) || listen(fd, 128)) {
    int error = errno;
    close(fd);
    errno = error;
    return -1;
  }
  return fd;
}

static int listen_ipv4(uint16_t port) {
  struct sockaddr_in address = {
    .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  return listen_on((struct sockaddr *)&address, sizeof address);
}

static int listen_ipv6(uint16_t port) {
  struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  return listen_on((struct sockaddr *)&address, sizeof address);
}

uint16_t listen_for_runtime(uint16_t port) {
  int fd = listen_ipv4(port);
  if (fd < 0 && errno == EADDRINUSE) fd = listen_ipv4(0);
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  if (fd < 0 || getsockname(fd, (struct sockaddr *)&address, &size)) {
    die(71, "can't listen for the runtime on 127.0.0.1:%u: %s", port, strerror(errno));
  }
  listeners[listener_count++] = (struct listener){.fd = fd, .port = 0};
  return ntohs(address.sin_port);
}

int listen_on_port(uint16_t port) {
  if (!port) return EINVAL;
  for (size_t i = 0; i < listener_count; i++) {
    if (listeners[i].port == port) return 0;
  }
  if (listener_count + 2 > LISTENERS) return EMFILE;
  int fd = listen_ipv4(port);
  if (fd < 0) return errno;
  listeners[listener_count++] = (struct listener){.fd = fd, .port = port};
  // `localhost` may be ::1. Without IPv6 this fails, and no program can try it.
  fd = listen_ipv6(port);
  if (fd >= 0) listeners[listener_count++] = (struct listener){.fd = fd, .port = port};
  return 0;
}

static void accept_ready(void *owner, short events) {
  (void)events;
  const struct listener *listener = owner;
  int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd >= 0) on_accepted(fd, listener->port);
}

void listeners_watch(accepted_fn *accepted) {
  on_accepted = accepted;
  for (size_t i = 0; i < listener_count; i++) watch(listeners[i].fd, POLLIN, accept_ready, &listeners[i]);
}
