// `init -x ID`, which an engine's exec runs. It passes its stdin and stdout to the init with that ID, so no byte is copied twice.
#ifndef LF_BRIDGE_H
#define LF_BRIDGE_H

// The main function of `init -x`. Returns its exit status.
int bridge_main(const char *id);

// Opens the init's side: a listening, non-blocking abstract socket.
int bridge_listen(const char *id);

enum bridge_news { BRIDGE_NOTHING, BRIDGE_STREAM, BRIDGE_ENDED };
// Receives from an accepted bridge. BRIDGE_STREAM: `fds` are the stdin and stdout of its exec, non-blocking.
enum bridge_news bridge_receive(int bridge, int fds[2]);

#endif
