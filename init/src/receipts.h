// Answers that are acknowledged here, so that a runtime asks for its next event at once and not after a way to the test process and back.
#ifndef LF_RECEIPTS_H
#define LF_RECEIPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What comes next from the runtime may be the answer to an event: false if the payload makes no sense.
bool receipt_expect(const uint8_t *payload, size_t size);
// Bytes came from the runtime, the first of a request if it `begins`. If that is the expected answer, in its plain form, gives its
// length, head and body; else 0. Whatever they are, nothing is expected any more.
size_t receipt_take(bool begins, const uint8_t *bytes, size_t size);
// What to acknowledge it with.
const uint8_t *receipt_bytes(size_t *size);
void receipt_forget(void);

#endif
