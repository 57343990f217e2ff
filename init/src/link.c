#include "link.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base.h"
#include "bridge.h"
#include "dispatch.h"
#include "processes.h"
#include "queue.h"
#include "settings.h"
#include "wire.h"

enum {
  CANDIDATES = 4,
  INPUT_SIZE = 256 * 1024,
  SYNC_LIMIT = 8 * 1024 * 1024,  // bytes of an earlier stream that may come before the token
  PIECES = 64,
};

// `bridge` is the socket of the `init -x` that brought the stream. Both end together.
struct stream {
  int bridge, in, out;
  bool authentic;
  size_t scanned, filled;
  uint8_t *input;
  struct stream *next_closed;
};

static int listener = -1;
static struct stream *candidates[CANDIDATES];
static struct stream *current;
static bool came;                       // there was a stream
static struct stream *closed;
static int64_t deadline;
static uint64_t boot;
static uint32_t peer_window = WINDOW;
static uint64_t received;               // all numbered frames so far
static size_t unacked_frames, unacked_bytes;
static bool write_blocked;
static uint8_t control[2 * GREETING_SIZE];  // unnumbered frames, which wait until a frame is written whole
static size_t control_size;

void link_open(void) {
  listener = bridge_listen(settings.id);
  if (getrandom(&boot, sizeof boot, 0) != sizeof boot) boot = (uint64_t)now_ms();
  deadline = now_ms() + settings.first_stream;
}

bool link_expected(void) { return current || !came; }
uint32_t link_peer_window(void) { return peer_window; }
int64_t link_deadline(void) { return current ? INT64_MAX : deadline; }

static void close_stream(struct stream *stream) {
  if (stream == current) {
    current = NULL;
    write_blocked = false;
    control_size = 0;
    deadline = now_ms() + settings.grace;
  }
  for (int i = 0; i < CANDIDATES; i++) {
    if (candidates[i] == stream) candidates[i] = NULL;
  }
  if (stream->in >= 0) close(stream->in);
  if (stream->out >= 0 && stream->out != stream->in) close(stream->out);
  close(stream->bridge);
  free(stream->input);
  // The loop may still call it in this round, so it is freed in the next.
  stream->bridge = stream->in = stream->out = -1;
  stream->input = NULL;
  stream->next_closed = closed;
  closed = stream;
}

static void add_control(const uint8_t *bytes, size_t size) {
  if (control_size + size > sizeof control) return;
  memcpy(control + control_size, bytes, size);
  control_size += size;
}

static void acknowledge(void) {
  // One acknowledgement still waits. The next will include these frames.
  if (control_size) return;
  uint8_t frame[HEADER_SIZE + 8];
  put_header(frame, FRAME_ACK, 8, 0);
  put_u64(frame + HEADER_SIZE, received);
  add_control(frame, sizeof frame);
  unacked_frames = unacked_bytes = 0;
}

// The candidate has shown the token, so it replaces the current stream.
static bool promote(struct stream *stream, const uint8_t *payload) {
  struct hello hello = decode_hello(payload);
  if (hello.version != PROTOCOL_VERSION) {
    say("the test process speaks protocol %u, and this init %d", hello.version, PROTOCOL_VERSION);
    return false;
  }
  if (!queue_rewind(hello.received)) {
    say("the test process can't have received %llu frames", (unsigned long long)hello.received);
    return false;
  }
  if (current) close_stream(current);
  for (int i = 0; i < CANDIDATES; i++) {
    if (candidates[i] == stream) candidates[i] = NULL;
  }
  current = stream;
  came = true;
  stream->authentic = true;
  peer_window = hello.window;
  control_size = 0;
  unacked_frames = unacked_bytes = 0;

  uint8_t greeting[GREETING_SIZE];
  encode_greeting(greeting, settings.token, &(struct hello){PROTOCOL_VERSION, WINDOW, received, boot});
  add_control(greeting, sizeof greeting);
  return true;
}

// Looks for the token in a candidate's bytes, wherever reads have cut them. False if the stream must be closed.
static bool synchronise(struct stream *stream) {
  uint8_t *found = memmem(stream->input, stream->filled, settings.token, TOKEN_SIZE);
  if (!found) {
    size_t keep = stream->filled < TOKEN_SIZE - 1 ? stream->filled : TOKEN_SIZE - 1;
    stream->scanned += stream->filled - keep;
    memmove(stream->input, stream->input + stream->filled - keep, keep);
    stream->filled = keep;
    return stream->scanned <= SYNC_LIMIT;
  }
  size_t before = (size_t)(found - stream->input);
  stream->filled -= before;
  memmove(stream->input, found, stream->filled);
  if (stream->filled < GREETING_SIZE) return true;
  struct header header = get_header(stream->input + TOKEN_SIZE);
  if (header.type != FRAME_HELLO || header.length != HELLO_SIZE) return false;
  if (!promote(stream, stream->input + TOKEN_SIZE + HEADER_SIZE)) return false;
  stream->filled -= GREETING_SIZE;
  memmove(stream->input, stream->input + GREETING_SIZE, stream->filled);
  return true;
}

static bool take_frame(struct header header, const uint8_t *payload) {
  if (header.type == FRAME_ACK) return header.length == 8 && queue_acknowledge(get_u64(payload));
  if (header.type < FIRST_NUMBERED) return false;
  if (!dispatch_frame(header, payload)) return false;
  received++;
  unacked_frames++;
  unacked_bytes += HEADER_SIZE + header.length;
  return true;
}

// Handles the complete frames of the input. False if one is invalid, so that the stream must be replaced.
static bool take_frames(struct stream *stream) {
  size_t at = 0;
  while (stream->filled - at >= HEADER_SIZE) {
    struct header header = get_header(stream->input + at);
    if (header.length > MAX_PAYLOAD) return false;
    if (stream->filled - at < HEADER_SIZE + header.length) break;
    if (!take_frame(header, stream->input + at + HEADER_SIZE)) return false;
    at += HEADER_SIZE + header.length;
  }
  stream->filled -= at;
  memmove(stream->input, stream->input + at, stream->filled);
  if (unacked_frames >= ACK_EVERY_FRAMES || unacked_bytes >= ACK_EVERY_BYTES) acknowledge();
  return true;
}

static void input_ready(void *owner, short events) {
  (void)events;
  struct stream *stream = owner;
  if (stream->in < 0) return;
  ssize_t size = read(stream->in, stream->input + stream->filled, INPUT_SIZE - stream->filled);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size <= 0) {
    close_stream(stream);
    return;
  }
  stream->filled += (size_t)size;
  if (!stream->authentic && !synchronise(stream)) {
    close_stream(stream);
    return;
  }
  if (stream->authentic && !take_frames(stream)) {
    say("a frame from the test process is invalid, so its stream is closed");
    close_stream(stream);
  }
}

static void output_ready(void *owner, short events) {
  struct stream *stream = owner;
  if (stream != current) return;
  if (events & (POLLERR | POLLNVAL)) close_stream(stream);
  else write_blocked = false;
}

// A bridge sends one message, with its descriptors. After that it can only end, and its stream with it.
static void bridge_ready(void *owner, short events) {
  (void)events;
  struct stream *stream = owner;
  if (stream->bridge < 0) return;
  int fds[2];
  enum bridge_news news = bridge_receive(stream->bridge, fds);
  if (news == BRIDGE_NOTHING) return;
  if (news == BRIDGE_ENDED || stream->in >= 0) {
    if (news == BRIDGE_STREAM) {
      close(fds[0]);
      close(fds[1]);
    }
    close_stream(stream);
    return;
  }
  stream->in = fds[0];
  stream->out = fds[1];
  stream->input = allocate(INPUT_SIZE);
}

static void listener_ready(void *owner, short events) {
  (void)owner;
  (void)events;
  int bridge = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (bridge < 0) return;
  struct stream *stream = allocate(sizeof *stream);
  *stream = (struct stream){.bridge = bridge, .in = -1, .out = -1};
  int place = 0;
  while (place < CANDIDATES && candidates[place]) place++;
  if (place == CANDIDATES) {
    // The candidate that has waited longest is closed.
    close_stream(candidates[0]);
    for (int i = 1; i < CANDIDATES; i++) candidates[i - 1] = candidates[i];
    place = CANDIDATES - 1;
  }
  candidates[place] = stream;
}

static void watch_stream(struct stream *stream) {
  watch(stream->bridge, POLLIN, bridge_ready, stream);
  if (stream->in >= 0) watch(stream->in, POLLIN, input_ready, stream);
}

void link_watch(void) {
  while (closed) {
    struct stream *stream = closed;
    closed = stream->next_closed;
    free(stream);
  }
  watch(listener, POLLIN, listener_ready, NULL);
  for (int i = 0; i < CANDIDATES; i++) {
    if (candidates[i]) watch_stream(candidates[i]);
  }
  if (!current) {
    if (!processes_stopping()) wake_at(deadline);
    return;
  }
  watch_stream(current);
  if (write_blocked) watch(current->out, POLLOUT, output_ready, current);
}

static void control_written(size_t *bytes) {
  size_t size = *bytes < control_size ? *bytes : control_size;
  control_size -= size;
  memmove(control, control + size, control_size);
  *bytes -= size;
}

void link_flush(void) {
  while (current && !write_blocked) {
    struct iovec pieces[PIECES + 1], queued[PIECES];
    bool partial;
    int count = queue_pieces(queued, PIECES, &partial), total = 0;
    size_t begun = partial ? queued[0].iov_len : 0;
    if (partial) pieces[total++] = queued[0];
    if (control_size) pieces[total++] = (struct iovec){.iov_base = control, .iov_len = control_size};
    for (int i = partial; i < count; i++) pieces[total++] = queued[i];
    if (!total) return;
    ssize_t size = writev(current->out, pieces, total);
    if (size < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) write_blocked = true;
      else close_stream(current);
      return;
    }
    size_t written = (size_t)size;
    size_t rest = written < begun ? written : begun;
    queue_written(rest);
    written -= rest;
    if (rest == begun) control_written(&written);
    queue_written(written);
  }
}
