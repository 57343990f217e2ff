// The one stream to the test process, and those that ask to become it.
#ifndef LF_LINK_H
#define LF_LINK_H

#include <stdbool.h>
#include <stdint.h>

// Listens where `init -x` brings the engine's streams.
void link_open(void);
void link_watch(void);
// Writes what waits.
void link_flush(void);
// There is a stream, or the first one is still to come: nothing is forgotten then.
bool link_expected(void);
// When everything must end because no stream came (back): a time of now_ms.
int64_t link_deadline(void);
// What the peer may receive on a connection before it credits more.
uint32_t link_peer_window(void);

#endif
