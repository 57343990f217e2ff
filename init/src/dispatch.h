// Passes each frame on to the part that handles it.
#ifndef LF_DISPATCH_H
#define LF_DISPATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "wire.h"

// False if the frame is invalid, after which nothing on its stream can be trusted.
bool dispatch_frame(struct header header, const uint8_t *payload);

#endif
