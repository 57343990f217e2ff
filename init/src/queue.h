// The frames on their way to the test process. Each is kept until it is acknowledged, so a broken stream loses nothing.
#ifndef LF_QUEUE_H
#define LF_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

enum {
  // Above this many waiting log bytes, the pipe is not read while there is a stream, and the oldest are dropped while there is none.
  LOG_LIMIT = 4 * 1024 * 1024,
  // While this many bytes are sent and not acknowledged, further frames wait.
  UNACKED_LIMIT = 4 * 1024 * 1024,
};

void send_frame(uint8_t type, uint32_t channel, const void *payload, size_t size);
// The same for a payload in two pieces.
void send_frame2(uint8_t type, uint32_t channel, const void *head, size_t head_size, const void *rest, size_t rest_size);
// A buffer of MAX_PAYLOAD bytes to read into. send_reserved sends `size` bytes of it, without a copy if they are many.
uint8_t *reserve_payload(void);
void send_reserved(uint8_t type, uint32_t channel, size_t size);
void send_log(const uint8_t *bytes, size_t size, bool attached);

// Whether more than LOG_LIMIT log bytes wait.
bool queue_is_full(void);

// The peer has received the first `count` frames. False if that many were not sent.
bool queue_acknowledge(uint64_t count);
// Continues on a new stream after the first `count` frames. False if the peer can't have received that many.
bool queue_rewind(uint64_t count);

// Up to `limit` pieces to write now. `partial` says that the first is the rest of a frame that was begun.
int queue_pieces(struct iovec *pieces, int limit, bool *partial);
// Records that this many bytes of them were written.
void queue_written(size_t bytes);

#endif
