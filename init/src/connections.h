// The TCP connections that are made to 127.0.0.1 inside the container. Each is one channel of the tunnel.
#ifndef LF_CONNECTIONS_H
#define LF_CONNECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void connections_watch(void);
// Sends the bytes that the sockets hold, as far as the credit allows.
void connections_drain(void);
// All processes that used them are dead. The peer is told so before the STOP is answered.
void connections_reset_all(void);

void connection_data(uint32_t id, const uint8_t *bytes, size_t size);
// An event follows on this connection. False if the payload is invalid.
bool connection_expect(uint32_t id, const uint8_t *payload, size_t size);
void connection_end(uint32_t id);
void connection_reset(uint32_t id);
void connection_credit(uint32_t id, uint32_t bytes);

#endif
