// Websocket clients on one thread: opened, kept, read from and written to.
#ifndef CLIENT_H
#define CLIENT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

// What follows the upgrade: nothing, or Engine.IO's open packet and Socket.IO's CONNECT.
enum protocol { RAW, SOCKET_IO };
enum { MAXIMUM_CONVERSATIONS = 256 };
enum stage { UPGRADING, OPENING, JOINING, READY };

struct client {
    int socket;
    enum stage stage;
    // Bytes of a frame, or of the answer to the upgrade, that has not come as a whole.
    unsigned char *partial;
    size_t partialLength;
    // What the client expects next; what it means is up to the measurement.
    uint64_t expected;
};

struct options {
    const char *host;
    int port;
    enum protocol protocol;
    // How clients connect with Socket.IO: the text of the JSON object, in which %d stands for a client's number, and
    // %c for a and b in turn, with the number counting pairs. Or one object in each line of a file.
    const char *auth, *authFile;
    // Two clients after the other share a conversation; when there are more clients than that, it begins anew.
    const char *conversations[MAXIMUM_CONVERSATIONS];
    int conversationCount;
};

extern struct options options;
extern struct client *clients;
extern int clientCount, readyCount;
// Called with each text frame of a client that is ready, but for pings.
extern void (*textReceived)(struct client *client, const char *text, size_t count);

void clientsPrepare(int maximum);
// Opens clients until there are so many, with at most `window` of them not ready, and waits until all are.
void clientsOpen(int count, int window);
// Waits for something to come, so many milliseconds at most, and handles it.
void clientsWait(int milliseconds);
// Waits for a line on standard input and keeps the connections alive meanwhile. NULL at its end.
char *clientsReadLine(void);
// Writes a frame behind what `buffer` holds and answers the new length. The buffer must have room for it.
size_t frameText(char *buffer, size_t length, size_t capacity, const char *text, size_t count);
void clientSend(struct client *client, const char *frames, size_t count);
void clientSendText(struct client *client, const char *text, size_t count);
int64_t nanoseconds(void);
_Noreturn void fail(const char *what);

#endif
