// Lambda's external extensions: the files of /opt/extensions, started before the runtime.
#ifndef LF_EXTENSIONS_H
#define LF_EXTENSIONS_H

#include <stdint.h>

// Starts each and replies to `request` with their pids and failures.
void start_extensions(uint32_t request, char **additions);

#endif
