#include "receipts.h"

#include <string.h>
#include <strings.h>

#include "wire.h"

// The limit of the Runtime API, which refuses larger answers itself.
enum { ANSWER_LIMIT = 6 * 1024 * 1024, ID_LIMIT = 128, RECEIPT_LIMIT = 1024 };

static bool expected;
static char id[ID_LIMIT];
static size_t id_size;
static uint8_t receipt[RECEIPT_LIMIT];
static size_t receipt_size;

bool receipt_expect(const uint8_t *payload, size_t size) {
  struct reader reader = {.at = payload, .left = size};
  size_t length = read_u8(&reader);
  if (reader.bad || !length || length > ID_LIMIT || reader.left <= length || reader.left - length > RECEIPT_LIMIT) return false;
  memcpy(id, reader.at, length);
  id_size = length;
  receipt_size = reader.left - length;
  memcpy(receipt, reader.at + length, receipt_size);
  expected = true;
  return true;
}

void receipt_forget(void) { expected = false; }

const uint8_t *receipt_bytes(size_t *size) {
  *size = receipt_size;
  return receipt;
}

// Skips `text`. False if other bytes come next.
static bool skip(struct reader *reader, const void *text, size_t size) {
  if (reader->left < size || memcmp(reader->at, text, size)) return false;
  reader->at += size;
  reader->left -= size;
  return true;
}
#define SKIP(reader, text) skip(reader, text, sizeof(text) - 1)

// The number that these bytes are, at most seven digits; -1 otherwise.
static long number(const uint8_t *at, size_t size) {
  if (!size || size > 7) return -1;
  long value = 0;
  for (size_t i = 0; i < size; i++) {
    if (at[i] < '0' || at[i] > '9') return -1;
    value = value * 10 + (at[i] - '0');
  }
  return value;
}

// Headers that don't change how a request is read. The test process's own reader accepts all that this one accepts.
static bool is_plain(const uint8_t *name, size_t size) {
  static const char *const plain[] = {"host", "user-agent", "accept", "accept-encoding", "content-type", "content-length"};
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
    if (strlen(plain[i]) == size && !strncasecmp(plain[i], (const char *)name, size)) return true;
  }
  return false;
}

// Reads the lines of a head up to the empty one. Returns the length of the body, or -1 if the head is not plain.
static long body_length(struct reader *reader) {
  long length = -1;
  bool has_host = false;
  while (!SKIP(reader, "\r\n")) {
    const uint8_t *end = memchr(reader->at, '\r', reader->left);
    const uint8_t *colon = memchr(reader->at, ':', reader->left);
    if (!end || !colon || colon > end) return -1;
    size_t name_size = (size_t)(colon - reader->at);
    if (!is_plain(reader->at, name_size)) return -1;
    const uint8_t *value = colon + 1;
    if (*value == ' ') value++;
    for (const uint8_t *at = value; at < end; at++) {
      if ((*at < ' ' && *at != '\t') || *at > '~') return -1;
    }
    if (name_size == sizeof "host" - 1) has_host = true;
    if (name_size == sizeof "content-length" - 1) {
      if (length >= 0) return -1;
      length = number(value, (size_t)(end - value));
      if (length < 0) return -1;
    }
    reader->left -= (size_t)(end - reader->at);
    reader->at = end;
    if (!SKIP(reader, "\r\n")) return -1;
  }
  return has_host ? length : -1;
}

size_t receipt_take(bool begins, const uint8_t *bytes, size_t size) {
  if (!expected) return 0;
  expected = false;
  if (!begins) return 0;
  struct reader reader = {.at = bytes, .left = size};
  if (!SKIP(&reader, "POST /2018-06-01/runtime/invocation/") || !skip(&reader, id, id_size)) return 0;
  if (!SKIP(&reader, "/response HTTP/1.1\r\n")) return 0;
  long length = body_length(&reader);
  if (length < 0 || length > ANSWER_LIMIT) return 0;
  return size - reader.left + (size_t)length;
}
