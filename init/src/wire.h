// The bytes of the tunnel's protocol. Its specification is ../README.md.
#ifndef LF_WIRE_H
#define LF_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  PROTOCOL_VERSION = 2,
  TOKEN_SIZE = 16,
  HEADER_SIZE = 8,
  HELLO_SIZE = 24,
  GREETING_SIZE = TOKEN_SIZE + HEADER_SIZE + HELLO_SIZE,
  MAX_PAYLOAD = 64 * 1024,
  WINDOW = 1024 * 1024,         // bytes that the peer may send on one connection before we grant more credit
  ACK_EVERY_BYTES = 256 * 1024,
  ACK_EVERY_FRAMES = 256,
};

enum frame_type {
  FRAME_HELLO = 1,
  FRAME_ACK = 2,
  FIRST_NUMBERED = 16,         // frames of this type and above are counted, kept until acknowledged, and sent again on a new stream
  FRAME_OPEN = 16,
  FRAME_DATA = 17,
  FRAME_END = 18,
  FRAME_RESET = 19,
  FRAME_CREDIT = 20,
  FRAME_EXPECT = 21,
  FRAME_RECEIPT = 22,
  FRAME_LOG = 32,
  FRAME_LOG_DROPPED = 33,
  FRAME_EVENT = 48,
  FRAME_COMMAND = 64,
  FRAME_REPLY = 65,
  FRAME_FILE = 80,
  FRAME_FILE_DATA = 81,
};

enum event_kind { EVENT_READY = 1, EVENT_EXIT = 2, EVENT_MEMORY = 3, EVENT_FIRST_SIGN = 4 };

enum command_kind {
  COMMAND_START = 1,
  COMMAND_STOP = 2,
  COMMAND_MEMORY = 3,
  COMMAND_FREEZE = 4,
  COMMAND_THAW = 5,
  COMMAND_EXTENSIONS = 6,
  COMMAND_LISTEN = 7,
  COMMAND_FILES_DONE = 9,
};

struct header {
  uint8_t type;
  uint32_t length;
  uint32_t channel;
};

void put_u16(uint8_t *at, uint16_t value);
void put_u32(uint8_t *at, uint32_t value);
void put_u64(uint8_t *at, uint64_t value);
uint32_t get_u32(const uint8_t *at);
uint64_t get_u64(const uint8_t *at);

void put_header(uint8_t *at, uint8_t type, uint32_t length, uint32_t channel);
struct header get_header(const uint8_t *at);

// The first frame that each side sends on a new stream.
struct hello {
  uint8_t version;
  uint32_t window;
  uint64_t received, boot;
};

struct hello decode_hello(const uint8_t *payload);
// Writes the token and a HELLO frame: GREETING_SIZE bytes.
void encode_greeting(uint8_t *at, const uint8_t *token, const struct hello *hello);

// Reads fields from a payload. After an invalid field it stays `bad` and returns zeroes.
struct reader {
  const uint8_t *at;
  size_t left;
  bool bad;
};

uint8_t read_u8(struct reader *reader);
uint16_t read_u16(struct reader *reader);
uint32_t read_u32(struct reader *reader);
uint64_t read_u64(struct reader *reader);
// A u32 length and bytes without NUL. The caller frees it. NULL if bad.
char *read_string(struct reader *reader);
// A u16 count and strings, as a NULL-terminated vector that free_strings frees. NULL if bad.
char **read_strings(struct reader *reader);
void free_strings(char **strings);

#endif
