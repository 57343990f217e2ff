// TCP connections made inside the container to 127.0.0.1, each carried as one channel of the tunnel.
#ifndef LF_CONNECTIONS_H
#define LF_CONNECTIONS_H

#include <stddef.h>
#include <stdint.h>

// Listens for the Runtime API; on a network shared with others the port may be taken, then the kernel picks one. Gives the port.
uint16_t connections_open(uint16_t port);
// Listens on a port of 127.0.0.1 (and ::1) for the test process's service of that port. 0 or an errno.
int connections_listen(uint16_t port);
void connections_unlisten(uint16_t port);
void connections_watch(void);
// Everything that could use them is dead: the peer learns it before it learns that.
void connections_reset_all(void);

void connection_data(uint32_t id, const uint8_t *bytes, size_t size);
void connection_end(uint32_t id);
void connection_reset(uint32_t id);
void connection_credit(uint32_t id, uint32_t bytes);

#endif
