// The stream to the test process, and those that may replace it.
#ifndef LF_LINK_H
#define LF_LINK_H

#include <stdbool.h>
#include <stdint.h>

// Listens for `init -x`, which brings the engine's streams.
void link_open(void);
void link_watch(void);
// Writes the waiting frames.
void link_flush(void);
// Whether there is a stream, or the first one is still awaited. Log lines are not dropped then.
bool link_expected(void);
// The time of now_ms at which everything ends because there is no stream.
int64_t link_deadline(void);
// The bytes that we may send on a new connection before the peer grants more credit.
uint32_t link_peer_window(void);

#endif
