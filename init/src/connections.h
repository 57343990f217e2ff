// TCP connections made inside the container to 127.0.0.1, each carried as one channel of the tunnel.
#ifndef LF_CONNECTIONS_H
#define LF_CONNECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void connections_watch(void);
// Sends what is in the sockets already, as far as the credit goes.
void connections_drain(void);
// Everything that could use them is dead: the peer learns it before it learns that.
void connections_reset_all(void);

void connection_data(uint32_t id, const uint8_t *bytes, size_t size);
// An event is on its way to this connection: false if the payload makes no sense.
bool connection_expect(uint32_t id, const uint8_t *payload, size_t size);
void connection_end(uint32_t id);
void connection_reset(uint32_t id);
void connection_credit(uint32_t id, uint32_t bytes);

#endif
