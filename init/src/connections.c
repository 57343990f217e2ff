#include "connections.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base.h"
#include "link.h"
#include "listeners.h"
#include "logs.h"
#include "memory.h"
#include "memory_guard.h"
#include "peers.h"
#include "processes.h"
#include "queue.h"
#include "receipts.h"
#include "wire.h"

enum { CONNECTIONS = 512 };

// Bytes that the runtime's socket has not taken yet.
struct chunk {
  struct chunk *next;
  size_t size, written;
  bool own;             // the bytes are the init's, not the test process's
  uint8_t bytes[];
};

struct connection {
  struct connection *next;
  int fd;               // -1 if closed: it is freed before the next round
  uint32_t id;
  bool is_api;          // leads to the Runtime API
  bool peer_ended;      // the test process sends no more
  bool shut;            // the runtime was told that
  bool ended;           // the runtime sends no more
  uint32_t credit;      // the bytes that we may send
  uint32_t owed;        // bytes that were delivered and not yet credited to the peer
  bool between;         // the next byte from the runtime begins a request
  size_t answer_left;   // the bytes of an acknowledged answer that are still to come
  size_t pending;
  struct chunk *first, *last;
};

static struct connection *connections;
static size_t connection_count;
static uint32_t last_id;

static void close_connection(struct connection *connection) {
  close(connection->fd);
  connection->fd = -1;
  while (connection->first) {
    struct chunk *chunk = connection->first;
    connection->first = chunk->next;
    free(chunk);
  }
}

// Resets the connection, so that its other end gets an error and not an end of file.
static void abort_connection(struct connection *connection) {
  struct linger linger = {.l_onoff = 1, .l_linger = 0};
  setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  close_connection(connection);
}

static void fail_connection(struct connection *connection) {
  send_frame(FRAME_RESET, connection->id, NULL, 0);
  abort_connection(connection);
}

static void close_if_over(struct connection *connection) {
  if (connection->ended && connection->shut) close_connection(connection);
}

static void deliver(struct connection *connection, size_t size) {
  connection->owed += (uint32_t)size;
  if (connection->owed < WINDOW / 4 || connection->peer_ended) return;
  uint8_t credit[4];
  put_u32(credit, connection->owed);
  send_frame(FRAME_CREDIT, connection->id, credit, sizeof credit);
  connection->owed = 0;
}

static void write_pending(struct connection *connection) {
  while (connection->first) {
    struct chunk *chunk = connection->first;
    ssize_t size = send(connection->fd, chunk->bytes + chunk->written, chunk->size - chunk->written, MSG_NOSIGNAL);
    if (size < 0) {
      if (errno != EAGAIN && errno != EINTR) fail_connection(connection);
      return;
    }
    chunk->written += (size_t)size;
    connection->pending -= (size_t)size;
    if (!chunk->own) deliver(connection, (size_t)size);
    if (chunk->written < chunk->size) return;
    connection->first = chunk->next;
    if (!connection->first) connection->last = NULL;
    free(chunk);
  }
  if (connection->peer_ended && !connection->shut) {
    connection->shut = true;
    shutdown(connection->fd, SHUT_WR);
    close_if_over(connection);
  }
}

// Sends bytes to the runtime, now or when its socket takes more.
static void pass_on(struct connection *connection, const uint8_t *bytes, size_t size, bool own) {
  size_t written = 0;
  if (!connection->pending) {
    ssize_t sent = send(connection->fd, bytes, size, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
      fail_connection(connection);
      return;
    }
    if (sent > 0) written = (size_t)sent;
    if (!own) deliver(connection, written);
  }
  if (written == size) return;
  size_t rest = size - written;
  struct chunk *chunk = allocate(sizeof *chunk + rest);
  *chunk = (struct chunk){.size = rest, .own = own};
  memcpy(chunk->bytes, bytes + written, rest);
  if (connection->last) connection->last->next = chunk;
  else connection->first = chunk;
  connection->last = chunk;
  connection->pending += rest;
}

static void acknowledge(struct connection *connection, size_t came) {
  connection->between = came == connection->answer_left;
  connection->answer_left -= came < connection->answer_left ? came : connection->answer_left;
  if (connection->answer_left) return;
  size_t size;
  const uint8_t *receipt = receipt_bytes(&size);
  pass_on(connection, receipt, size, true);
}

// Sends the peak memory before the answer, so that the test process need not ask for it.
static void report_memory(void) {
  uint8_t event[9] = {EVENT_MEMORY};
  put_u64(event + 1, memory_peak_soon());
  send_frame(FRAME_EVENT, 0, event, sizeof event);
}

static bool ends_init(const uint8_t *request, size_t size) {
  static const char poll[] = "/runtime/invocation/next ", error[] = "/runtime/init/error ";
  size_t head = size < 80 ? size : 80;
  return memmem(request, head, poll, sizeof poll - 1) || memmem(request, head, error, sizeof error - 1);
}

static void read_socket(struct connection *connection) {
  size_t limit = connection->credit < MAX_PAYLOAD ? connection->credit : MAX_PAYLOAD;
  uint8_t *payload = reserve_payload();
  ssize_t size = recv(connection->fd, payload, limit, 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  // The log barrier: everything that was logged before these bytes were sent is in the pipe now, and is sent first.
  logs_drain();
  if (size < 0) {
    fail_connection(connection);
    return;
  }
  if (size == 0) {
    connection->ended = true;
    send_frame(FRAME_END, connection->id, NULL, 0);
    close_if_over(connection);
    return;
  }
  connection->credit -= (uint32_t)size;
  size_t answer = connection->is_api ? receipt_take(connection->between, payload, (size_t)size) : 0;
  connection->between = false;
  if (answer) {
    connection->answer_left = answer;
    // Sent first, so that the test process does not acknowledge the bytes that follow.
    send_frame(FRAME_RECEIPT, connection->id, NULL, 0);
  }
  // The runtime has finished its init or invocation, whatever these bytes are.
  if (connection->is_api) memory_guard_busy(false);
  if (connection->is_api && size > 4 && !memcmp(payload, "POST", 4)) report_memory();
  if (connection->is_api && ends_init(payload, (size_t)size)) runtime_first_sign();
  send_reserved(FRAME_DATA, connection->id, (size_t)size);
  if (connection->answer_left) acknowledge(connection, (size_t)size);
}

static bool may_read(const struct connection *connection) {
  return !connection->ended && connection->credit && !logs_paused();
}

static void socket_ready(void *owner, short events) {
  struct connection *connection = owner;
  if (connection->fd < 0) return;
  if (connection->pending && (events & (POLLOUT | POLLERR | POLLHUP))) write_pending(connection);
  if (connection->fd >= 0 && may_read(connection) && (events & (POLLIN | POLLERR | POLLHUP))) read_socket(connection);
}

static void accepted(int fd, uint16_t port) {
  if (!port && !peer_is_ours(fd)) {
    close(fd);
    return;
  }
  int yes = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  struct connection *connection = allocate(sizeof *connection);
  *connection = (struct connection){.next = connections, .fd = fd, .id = ++last_id, .is_api = !port, .between = true, .credit = link_peer_window()};
  connections = connection;
  connection_count++;
  uint8_t opened[2];
  put_u16(opened, port);
  send_frame(FRAME_OPEN, connection->id, opened, sizeof opened);
}

static void bury_closed(void) {
  for (struct connection **at = &connections; *at;) {
    struct connection *connection = *at;
    if (connection->fd >= 0) {
      at = &connection->next;
      continue;
    }
    *at = connection->next;
    free(connection);
    connection_count--;
  }
}

void connections_watch(void) {
  bury_closed();
  if (connection_count < CONNECTIONS) listeners_watch(accepted);
  for (struct connection *connection = connections; connection; connection = connection->next) {
    short events = (short)((may_read(connection) ? POLLIN : 0) | (connection->pending ? POLLOUT : 0));
    // With no events to wait for, poll would report a hang-up again and again.
    if (events) watch(connection->fd, events, socket_ready, connection);
  }
}

void connections_drain(void) {
  for (struct connection *connection = connections; connection; connection = connection->next) {
    int waiting = 1;
    while (connection->fd >= 0 && may_read(connection) && !ioctl(connection->fd, FIONREAD, &waiting) && waiting > 0) {
      read_socket(connection);
    }
  }
}

void connections_reset_all(void) {
  receipt_forget();
  for (struct connection *connection = connections; connection; connection = connection->next) {
    if (connection->fd >= 0) fail_connection(connection);
  }
}

static struct connection *find(uint32_t id) {
  for (struct connection *connection = connections; connection; connection = connection->next) {
    if (connection->id == id && connection->fd >= 0) return connection;
  }
  return NULL;
}

// A connection that is missing was closed by the runtime while the frame was under way.
void connection_data(uint32_t id, const uint8_t *bytes, size_t size) {
  struct connection *connection = find(id);
  if (!connection || !size) return;
  if (connection->peer_ended || connection->pending + size > WINDOW + MAX_PAYLOAD) {
    fail_connection(connection);
    return;
  }
  if (connection->is_api) memory_guard_busy(true);
  pass_on(connection, bytes, size, false);
}

bool connection_expect(uint32_t id, const uint8_t *payload, size_t size) {
  struct connection *connection = find(id);
  if (connection) connection->between = true;
  return receipt_expect(payload, size);
}

void connection_end(uint32_t id) {
  struct connection *connection = find(id);
  if (!connection) return;
  connection->peer_ended = true;
  if (!connection->pending) write_pending(connection);
}

void connection_reset(uint32_t id) {
  struct connection *connection = find(id);
  if (!connection) return;
  if (!connection->peer_ended) {
    abort_connection(connection);
    return;
  }
  // The peer had ended its side properly before, so all its bytes are still delivered.
  connection->ended = true;
  close_if_over(connection);
}

void connection_credit(uint32_t id, uint32_t bytes) {
  struct connection *connection = find(id);
  if (!connection) return;
  connection->credit = connection->credit > UINT32_MAX - bytes ? UINT32_MAX : connection->credit + bytes;
}
