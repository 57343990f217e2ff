// Frames on their way to the test process: kept until it has acknowledged them, so that a lost stream loses nothing.
#ifndef LF_QUEUE_H
#define LF_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

enum {
  LOG_LIMIT = 4 * 1024 * 1024,    // log bytes that wait: attached, the pipe is left alone from here; detached, the oldest go
  UNACKED_LIMIT = 4 * 1024 * 1024, // bytes sent and not acknowledged
};

void send_frame(uint8_t type, uint32_t channel, const void *payload, size_t size);
// As send_frame, for a payload in two pieces.
void send_frame2(uint8_t type, uint32_t channel, const void *head, size_t head_size, const void *rest, size_t rest_size);
// Room of MAX_PAYLOAD to read into; then `size` bytes of it are sent, without a copy if they are many.
uint8_t *reserve_payload(void);
void send_reserved(uint8_t type, uint32_t channel, size_t size);
void send_log(const uint8_t *bytes, size_t size, bool attached);

// Log bytes wait that the stream can't take now.
bool queue_is_full(void);

// The first `count` frames ever sent have arrived: false if that can't be.
bool queue_acknowledge(uint64_t count);
// Starts again behind the first `count` frames: false if that can't be.
bool queue_rewind(uint64_t count);

// Up to `limit` pieces to write now; *partial says that the first is the rest of a begun frame.
int queue_pieces(struct iovec *pieces, int limit, bool *partial);
// So many bytes of them were written.
void queue_written(size_t bytes);

#endif
