#include "tee.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wire.h"

// A telemetry frame: a5 5a 00 xx, u32 length, 8 bytes of time, then the message.
enum { HEAD_SIZE = 16 };
static const uint8_t MAGIC[3] = {0xa5, 0x5a, 0x00};

static int out = -1;
static int is_socket;
static uint8_t head[HEAD_SIZE];
static size_t head_size, message_left;

void tee_open(void) {
  struct stat status;
  if (fstat(STDOUT_FILENO, &status)) return;
  is_socket = S_ISSOCK(status.st_mode);
  // Our own open file description: O_NONBLOCK on the engine's would affect other processes.
  out = is_socket ? STDOUT_FILENO : open("/proc/self/fd/1", O_WRONLY | O_APPEND | O_NONBLOCK | O_CLOEXEC);
}

// Bytes that a full pipe does not take are dropped. The tunnel carries them anyway.
static void emit(const uint8_t *bytes, size_t size) {
  if (!size) return;
  ssize_t ignored = is_socket ? send(out, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL) : write(out, bytes, size);
  (void)ignored;
}

static size_t take_message(const uint8_t *bytes, size_t size, uint8_t *text, size_t at) {
  size_t part = size < message_left ? size : message_left;
  memcpy(text + at, bytes, part);
  message_left -= part;
  return part;
}

void tee_write(const uint8_t *bytes, size_t size) {
  if (out < 0) return;
  // In the worst case, each byte ends a message and is followed by a newline.
  static uint8_t text[2 * MAX_PAYLOAD + HEAD_SIZE];
  size_t at = 0;
  for (size_t i = 0; i < size;) {
    if (message_left) {
      size_t part = take_message(bytes + i, size - i, text, at);
      i += part;
      at += part;
      if (!message_left && text[at - 1] != '\n') text[at++] = '\n';
      continue;
    }
    if (!head_size && bytes[i] != MAGIC[0]) {
      const uint8_t *next = memchr(bytes + i, MAGIC[0], size - i);
      size_t part = next ? (size_t)(next - bytes) - i : size - i;
      memcpy(text + at, bytes + i, part);
      i += part;
      at += part;
      continue;
    }
    head[head_size++] = bytes[i++];
    if (head_size <= sizeof MAGIC && head[head_size - 1] != MAGIC[head_size - 1]) {
      memcpy(text + at, head, head_size);
      at += head_size;
      head_size = 0;
    } else if (head_size == HEAD_SIZE) {
      message_left = get_u32(head + 4);
      head_size = 0;
    }
  }
  emit(text, at);
}
