#include "wire.h"

#include <stdlib.h>
#include <string.h>

#include "base.h"

void put_u16(uint8_t *at, uint16_t value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

void put_u32(uint8_t *at, uint32_t value) {
  put_u16(at, (uint16_t)(value >> 16));
  put_u16(at + 2, (uint16_t)value);
}

void put_u64(uint8_t *at, uint64_t value) {
  put_u32(at, (uint32_t)(value >> 32));
  put_u32(at + 4, (uint32_t)value);
}

uint32_t get_u32(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

uint64_t get_u64(const uint8_t *at) { return (uint64_t)get_u32(at) << 32 | get_u32(at + 4); }

void put_header(uint8_t *at, uint8_t type, uint32_t length, uint32_t channel) {
  put_u32(at, (uint32_t)type << 24 | length);
  put_u32(at + 4, channel);
}

struct header get_header(const uint8_t *at) {
  uint32_t first = get_u32(at);
  return (struct header){.type = (uint8_t)(first >> 24), .length = first & 0xffffff, .channel = get_u32(at + 4)};
}

struct hello decode_hello(const uint8_t *payload) {
  return (struct hello){.version = payload[0],
                        .window = get_u32(payload + 4),
                        .received = get_u64(payload + 8),
                        .boot = get_u64(payload + 16)};
}

void encode_greeting(uint8_t *at, const uint8_t *token, const struct hello *hello) {
  memcpy(at, token, TOKEN_SIZE);
  put_header(at + TOKEN_SIZE, FRAME_HELLO, HELLO_SIZE, 0);
  uint8_t *payload = at + TOKEN_SIZE + HEADER_SIZE;
  memset(payload, 0, HELLO_SIZE);
  payload[0] = hello->version;
  put_u32(payload + 4, hello->window);
  put_u64(payload + 8, hello->received);
  put_u64(payload + 16, hello->boot);
}

static const uint8_t *take(struct reader *reader, size_t size) {
  if (reader->bad || reader->left < size) {
    reader->bad = true;
    return NULL;
  }
  const uint8_t *at = reader->at;
  reader->at += size;
  reader->left -= size;
  return at;
}

uint8_t read_u8(struct reader *reader) {
  const uint8_t *at = take(reader, 1);
  return at ? at[0] : 0;
}

uint16_t read_u16(struct reader *reader) {
  const uint8_t *at = take(reader, 2);
  return at ? (uint16_t)(at[0] << 8 | at[1]) : 0;
}

uint32_t read_u32(struct reader *reader) {
  const uint8_t *at = take(reader, 4);
  return at ? get_u32(at) : 0;
}

uint64_t read_u64(struct reader *reader) {
  const uint8_t *at = take(reader, 8);
  return at ? get_u64(at) : 0;
}

char *read_string(struct reader *reader) {
  uint32_t size = read_u32(reader);
  const uint8_t *at = take(reader, size);
  if (!at) return NULL;
  if (memchr(at, 0, size)) {
    reader->bad = true;
    return NULL;
  }
  char *string = allocate(size + 1);
  memcpy(string, at, size);
  string[size] = 0;
  return string;
}

char **read_strings(struct reader *reader) {
  uint16_t count = read_u16(reader);
  if (reader->bad) return NULL;
  char **strings = allocate((count + 1u) * sizeof *strings);
  for (uint16_t i = 0; i < count; i++) {
    strings[i] = read_string(reader);
    if (!strings[i]) {
      free_strings(strings);
      return NULL;
    }
    strings[i + 1] = NULL;
  }
  strings[count] = NULL;
  return strings;
}

void free_strings(char **strings) {
  if (!strings) return;
  for (char **at = strings; *at; at++) free(*at);
  free(strings);
}
