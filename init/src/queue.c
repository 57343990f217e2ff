#include "queue.h"

#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "wire.h"

struct frame {
  struct frame *next;
  uint32_t size;      // header and payload
  uint32_t capacity;
  bool numbered;      // a byte of it was written, which fixes its place in the count
  uint8_t bytes[];
};

static struct frame *first, *last;
static struct frame *unsent;        // the first frame that the current stream does not have
static size_t unsent_offset;        // the bytes of `unsent` that are written
static uint64_t acknowledged;       // frames before `first`
static uint64_t position;           // frames before `unsent`
static uint64_t sent;               // frames that were written whole on any stream
static size_t unacked_bytes, log_bytes;

// Large frames are reused, because getting and returning their pages each time costs more than filling them.
enum { SPARES = 32, MUCH = MAX_PAYLOAD / 4 };
static struct frame *spares;
static size_t spare_count;
static struct frame *reserved;

static struct frame *new_frame(size_t capacity) {
  struct frame *frame = spares;
  if (capacity >= MUCH && frame) {
    spares = frame->next;
    spare_count--;
    capacity = MAX_PAYLOAD;
  } else {
    if (capacity >= MUCH) capacity = MAX_PAYLOAD;
    frame = allocate(sizeof *frame + HEADER_SIZE + capacity);
  }
  *frame = (struct frame){.capacity = (uint32_t)(HEADER_SIZE + capacity)};
  return frame;
}

static void free_frame(struct frame *frame) {
  if (frame->capacity < HEADER_SIZE + MAX_PAYLOAD || spare_count == SPARES) {
    free(frame);
    return;
  }
  frame->next = spares;
  spares = frame;
  spare_count++;
}

static void append(struct frame *frame, uint8_t type, uint32_t channel, size_t size) {
  frame->size = (uint32_t)(HEADER_SIZE + size);
  put_header(frame->bytes, type, (uint32_t)size, channel);
  if (last) last->next = frame;
  else first = frame;
  last = frame;
  if (!unsent) unsent = frame;
}

static bool is_log(const struct frame *frame) { return frame->bytes[0] == FRAME_LOG; }
static size_t payload_of(const struct frame *frame) { return frame->size - HEADER_SIZE; }

void send_frame2(uint8_t type, uint32_t channel, const void *head, size_t head_size, const void *rest, size_t rest_size) {
  struct frame *frame = new_frame(head_size + rest_size);
  if (head_size) memcpy(frame->bytes + HEADER_SIZE, head, head_size);
  if (rest_size) memcpy(frame->bytes + HEADER_SIZE + head_size, rest, rest_size);
  append(frame, type, channel, head_size + rest_size);
}

void send_frame(uint8_t type, uint32_t channel, const void *payload, size_t size) {
  send_frame2(type, channel, payload, size, NULL, 0);
}

uint8_t *reserve_payload(void) {
  if (!reserved) reserved = new_frame(MAX_PAYLOAD);
  return reserved->bytes + HEADER_SIZE;
}

void send_reserved(uint8_t type, uint32_t channel, size_t size) {
  if (size < MUCH) {
    send_frame(type, channel, reserved->bytes + HEADER_SIZE, size);
    return;
  }
  append(reserved, type, channel, size);
  reserved = NULL;
}

// Replaces the oldest log frames that were not sent by a frame with the number of their bytes.
static void drop_oldest_logs(void) {
  struct frame *note = NULL, *before = NULL;
  for (struct frame *frame = first; frame && log_bytes > LOG_LIMIT;) {
    struct frame *next = frame->next;
    bool is_note = !frame->numbered && frame->bytes[0] == FRAME_LOG_DROPPED;
    if (is_note && !note) note = frame;
    if (frame->numbered || !is_log(frame)) {
      before = frame;
    } else if (!note) {
      uint64_t dropped = payload_of(frame);
      log_bytes -= dropped;
      put_header(frame->bytes, FRAME_LOG_DROPPED, 8, 0);
      put_u64(frame->bytes + HEADER_SIZE, dropped);
      frame->size = HEADER_SIZE + 8;
      note = before = frame;
    } else {
      uint8_t *count = note->bytes + HEADER_SIZE;
      put_u64(count, get_u64(count) + payload_of(frame));
      log_bytes -= payload_of(frame);
      if (before) before->next = next;
      else first = next;
      if (last == frame) last = before;
      if (unsent == frame) unsent = next;
      free_frame(frame);
    }
    frame = next;
  }
}

void send_log(const uint8_t *bytes, size_t size, bool attached) {
  if (!size) return;
  log_bytes += size;
  if (last && is_log(last) && !last->numbered && last->capacity - last->size >= size) {
    memcpy(last->bytes + last->size, bytes, size);
    last->size += (uint32_t)size;
    put_header(last->bytes, FRAME_LOG, (uint32_t)payload_of(last), 0);
  } else {
    // When frames wait already, more log bytes are likely to come, so leave room for them in this frame.
    size_t room = unsent ? 4096 : 64;
    struct frame *frame = new_frame(size < room ? room : size);
    memcpy(frame->bytes + HEADER_SIZE, bytes, size);
    append(frame, FRAME_LOG, 0, size);
  }
  if (!attached && log_bytes > LOG_LIMIT) drop_oldest_logs();
}

bool queue_is_full(void) { return log_bytes > LOG_LIMIT; }

static void forget_until(uint64_t count) {
  while (acknowledged < count) {
    struct frame *frame = first;
    first = frame->next;
    if (!first) last = NULL;
    if (unsent == frame) unsent = first;
    if (is_log(frame)) log_bytes -= payload_of(frame);
    if (unacked_bytes) unacked_bytes -= frame->size;
    acknowledged++;
    free_frame(frame);
  }
}

bool queue_acknowledge(uint64_t count) {
  if (count < acknowledged || count > position) return false;
  forget_until(count);
  return true;
}

bool queue_rewind(uint64_t count) {
  if (count < acknowledged || count > sent) return false;
  unacked_bytes = 0;
  unsent_offset = 0;
  forget_until(count);
  unsent = first;
  position = count;
  return true;
}

int queue_pieces(struct iovec *pieces, int limit, bool *partial) {
  int count = 0;
  size_t offset = unsent_offset, size = 0;
  *partial = offset > 0;
  for (struct frame *frame = unsent; frame && count < limit; frame = frame->next) {
    if (!offset && unacked_bytes + size > UNACKED_LIMIT) break;
    pieces[count++] = (struct iovec){.iov_base = frame->bytes + offset, .iov_len = frame->size - offset};
    size += frame->size - offset;
    offset = 0;
  }
  return count;
}

void queue_written(size_t bytes) {
  while (bytes) {
    struct frame *frame = unsent;
    frame->numbered = true;
    size_t rest = frame->size - unsent_offset;
    if (bytes < rest) {
      unsent_offset += bytes;
      return;
    }
    bytes -= rest;
    unsent_offset = 0;
    unacked_bytes += frame->size;
    unsent = frame->next;
    if (++position > sent) sent = position;
  }
}
