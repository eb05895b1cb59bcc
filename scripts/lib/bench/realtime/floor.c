// The least a server can do: the handshake of a websocket, and for each delivery one send() of a frame made in advance.
//
//   floor       prints the port that it listens at
//
// A text frame of ten digits from a client has the event with this number sent to all clients.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "event.h"

enum { MAXIMUM_CLIENTS = 100000, TRIGGER = 2 + 4 + EVENT_DIGITS, HEADER = 4 };

// Of the one key that the load generator sends.
static const char handshake[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=\r\n\r\n";

struct client {
    int socket, isOpen;
    size_t length;
    // Of a request or a trigger that has not come as a whole.
    unsigned char bytes[1024];
};

static struct client *members[MAXIMUM_CLIENTS];
static int memberCount;
static unsigned char frame[HEADER + EVENT_LENGTH];

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void sendAll(int socket, const void *bytes, size_t count) {
    for (;;) {
        ssize_t written = send(socket, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (written == (ssize_t)count) return;
        if (written >= 0) {
            bytes = (const char *)bytes + written;
            count -= (size_t)written;
        } else if (errno == EAGAIN) {
            struct pollfd wait = {.fd = socket, .events = POLLOUT};
            poll(&wait, 1, 1000);
        } else if (errno != EINTR) {
            return;
        }
    }
}

static void leave(struct client *client) {
    for (int i = 0; i < memberCount; i++) {
        if (members[i] == client) members[i--] = members[--memberCount];
    }
    close(client->socket);
    free(client);
}

// Answers how many bytes it has used.
static size_t handle(struct client *client) {
    if (!client->isOpen) {
        unsigned char *end = memmem(client->bytes, client->length, "\r\n\r\n", 4);
        if (!end || memberCount == MAXIMUM_CLIENTS) return 0;
        client->isOpen = 1;
        members[memberCount++] = client;
        sendAll(client->socket, handshake, sizeof handshake - 1);
        return (size_t)(end + 4 - client->bytes);
    }
    size_t at = 0;
    while (client->length - at >= TRIGGER) {
        const unsigned char *trigger = client->bytes + at;
        char text[EVENT_LENGTH], digits[EVENT_DIGITS];
        for (int i = 0; i < EVENT_DIGITS; i++) digits[i] = (char)(trigger[6 + i] ^ trigger[2 + i % 4]);
        writeEvent(text, digits);
        memcpy(frame + HEADER, text, EVENT_LENGTH);
        for (int i = 0; i < memberCount; i++) sendAll(members[i]->socket, frame, sizeof frame);
        at += TRIGGER;
    }
    return at;
}

// Answers whether the client is still there.
static int receive(struct client *client) {
    ssize_t count = recv(client->socket, client->bytes + client->length, sizeof client->bytes - client->length, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return 1;
    if (count <= 0) return 0;
    client->length += (size_t)count;
    size_t used = handle(client);
    memmove(client->bytes, client->bytes + used, client->length -= used);
    return client->length < sizeof client->bytes;
}

static void acceptClient(int listener, int poller) {
    int on = 1, socket = accept(listener, NULL, NULL);
    if (socket < 0) return;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct client *client = calloc(1, sizeof *client);
    if (!client) fail("calloc");
    client->socket = socket;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, socket, &event) < 0) fail("epoll_ctl");
}

int main(void) {
    frame[0] = 0x81;
    frame[1] = 126;
    frame[2] = EVENT_LENGTH >> 8;
    frame[3] = EVENT_LENGTH & 255;
    int listener = socket(AF_INET, SOCK_STREAM, 0), poller = epoll_create1(0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, length) < 0 || listen(listener, 4096) < 0) fail("listen");
    if (getsockname(listener, (struct sockaddr *)&address, &length) < 0) fail("getsockname");
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event) < 0) fail("epoll_ctl");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    static struct epoll_event events[256];
    for (;;) {
        int count = epoll_wait(poller, events, 256, -1);
        for (int i = 0; i < count; i++) {
            struct client *client = events[i].data.ptr;
            if (!client) acceptClient(listener, poller);
            else if (!receive(client)) leave(client);
        }
    }
}
