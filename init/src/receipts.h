// Acknowledges answers of the runtime here, so that it asks for its next event without waiting for the test process.
#ifndef LF_RECEIPTS_H
#define LF_RECEIPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The next request of the runtime may be the answer to an event. False if the payload is invalid.
bool receipt_expect(const uint8_t *payload, size_t size);
// Called with bytes from the runtime, which are the first of a request if it `begins`. If they are the expected answer in its plain
// form, returns the length of its head and body, and 0 otherwise. In both cases no answer is expected any more.
size_t receipt_take(bool begins, const uint8_t *bytes, size_t size);
// The bytes that acknowledge it.
const uint8_t *receipt_bytes(size_t *size);
void receipt_forget(void);

#endif
