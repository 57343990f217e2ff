// From a frame to who handles it.
#ifndef LF_DISPATCH_H
#define LF_DISPATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "wire.h"

// False if the frame makes no sense, so that what follows can't be trusted either.
bool dispatch_frame(struct header header, const uint8_t *payload);

#endif
