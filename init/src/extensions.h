// Lambda's external extensions: the files in /opt/extensions.
#ifndef LF_EXTENSIONS_H
#define LF_EXTENSIONS_H

#include <stdint.h>

// Starts them, and replies to `request` with their pids and errors.
void start_extensions(uint32_t request, char **additions);

#endif
