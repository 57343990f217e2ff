// The ports of 127.0.0.1 inside the container that are connected to the test process.
#ifndef LF_LISTENERS_H
#define LF_LISTENERS_H

#include <stdint.h>

// Listens for the Runtime API. If the port is taken, as on a network shared with others, the kernel chooses one. Returns the port.
uint16_t listen_for_runtime(uint16_t port);
// Listens on a port of 127.0.0.1 and ::1, to be connected to the same port of the test process's machine. 0 or an errno.
int listen_on_port(uint16_t port);

// Called with each new connection, which is non-blocking. Port 0 is the Runtime API's.
typedef void accepted_fn(int fd, uint16_t port);
void listeners_watch(accepted_fn *accepted);

#endif
