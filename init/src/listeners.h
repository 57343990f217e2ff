// The ports of 127.0.0.1 inside the container that lead to the test process.
#ifndef LF_LISTENERS_H
#define LF_LISTENERS_H

#include <stdint.h>

// Listens for the Runtime API; on a network shared with others the port may be taken, then the kernel picks one. Gives the port.
uint16_t listen_for_runtime(uint16_t port);
// Listens on a port of 127.0.0.1 (and ::1) for the test process's service of that port. 0 or an errno.
int listen_on_port(uint16_t port);
void unlisten_port(uint16_t port);

// A connection came, non-blocking; port 0 is the Runtime API's.
typedef void accepted_fn(int fd, uint16_t port);
void listeners_watch(accepted_fn *accepted);

#endif
