// Who is at the other end of a connection to 127.0.0.1. Other users' processes can connect, too, if the container shares its network.
#ifndef LF_PEERS_H
#define LF_PEERS_H

#include <stdbool.h>

// Whether the other end belongs to a user that runs a process of this container. True if that can't be found out.
bool peer_is_ours(int fd);

#endif
