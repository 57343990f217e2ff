// A copy of the log for the engine's own (`docker logs`): without the telemetry frames' heads, and never waited for.
#ifndef LF_TEE_H
#define LF_TEE_H

#include <stddef.h>
#include <stdint.h>

void tee_open(void);
void tee_write(const uint8_t *bytes, size_t size);

#endif
