#define _GNU_SOURCE
#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// One address has some 28,000 ports to connect from, but the kernel's search for a free one gets long when many are taken.
enum { READ_SIZE = 1 << 18, PARTIAL_LIMIT = 1 << 16, EVENTS = 1024, CLIENTS_PER_ADDRESS = 4000, TEXT_LIMIT = 8192 };

struct options options = {.host = "127.0.0.1"};
struct client *clients;
int clientCount, readyCount;
void (*textReceived)(struct client *client, const char *text, size_t count);

static int poller, clientLimit;
static unsigned char readBuffer[PARTIAL_LIMIT + READ_SIZE];
static FILE *authLines;

void fail(const char *what) {
    fprintf(stderr, "load: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
    exit(1);
}

int64_t nanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

void clientsPrepare(int maximum) {
    clientLimit = maximum;
    clients = calloc((size_t)maximum, sizeof *clients);
    poller = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (!clients || poller < 0 || epoll_ctl(poller, EPOLL_CTL_ADD, STDIN_FILENO, &event) < 0) fail("cannot start");
    if (options.authFile && !(authLines = fopen(options.authFile, "r"))) fail("cannot read the file of auth objects");
}

void clientSend(struct client *client, const char *frames, size_t count) {
    while (count > 0) {
        ssize_t written = send(client->socket, frames, count, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0 && errno == EAGAIN) {
            struct pollfd wait = {.fd = client->socket, .events = POLLOUT};
            poll(&wait, 1, 1000);
            continue;
        }
        if (written <= 0) fail("a connection was closed while it was written to");
        frames += written;
        count -= (size_t)written;
    }
}

size_t frameText(char *buffer, size_t length, size_t capacity, const char *text, size_t count) {
    if (count > UINT16_MAX || capacity < length || capacity - length < count + 8) fail("a frame is too long to send");
    unsigned char *at = (unsigned char *)buffer + length;
    *at++ = 0x81;
    if (count < 126) {
        *at++ = (unsigned char)(0x80 | count);
    } else {
        *at++ = 0x80 | 126;
        *at++ = (unsigned char)(count >> 8);
        *at++ = (unsigned char)(count & 255);
    }
    // A mask of zeros is as good as another: it only has to be there.
    memset(at, 0, 4);
    memcpy(at + 4, text, count);
    return (size_t)((char *)at + 4 + count - buffer);
}

void clientSendText(struct client *client, const char *text, size_t count) {
    char frame[TEXT_LIMIT];
    clientSend(client, frame, frameText(frame, 0, sizeof frame, text, count));
}

static void becomeReady(struct client *client) {
    client->stage = READY;
    readyCount++;
}

static void sendConnect(struct client *client) {
    char text[TEXT_LIMIT] = "40";
    int number = (int)(client - clients), length = 2;
    if (authLines) {
        if (!fgets(text + 2, sizeof text - 2, authLines)) fail("there are fewer auth objects than clients");
        length = (int)strcspn(text, "\n");
    } else if (options.auth) {
        for (const char *c = options.auth; *c && length < TEXT_LIMIT - 16; c++) {
            if (c[0] == '%' && c[1] == 'c') {
                length += sprintf(text + length, "%c%d", number % 2 ? 'b' : 'a', number / 2);
                c++;
            } else if (c[0] == '%' && c[1] == 'd') {
                length += sprintf(text + length, "%d", number);
                c++;
            } else {
                text[length++] = *c;
            }
        }
    }
    client->stage = JOINING;
    clientSendText(client, text, (size_t)length);
}

static void handleText(struct client *client, const char *text, size_t count) {
    if (options.protocol == RAW) return textReceived(client, text, count);
    if (count == 1 && text[0] == '2') return clientSendText(client, "3", 1);
    if (client->stage == READY) return textReceived(client, text, count);
    if (client->stage == OPENING && count > 1 && text[0] == '0') return sendConnect(client);
    errno = 0;
    if (client->stage != JOINING || count < 2 || memcmp(text, "40", 2) != 0) fail("a client was refused");
    becomeReady(client);
}

// Takes the answer to the upgrade off; answers how many bytes that were, 0 when it is not whole.
static size_t takeUpgrade(struct client *client, const unsigned char *bytes, size_t count) {
    const unsigned char *end = memmem(bytes, count, "\r\n\r\n", 4);
    if (!end) return 0;
    errno = 0;
    if (count < 12 || memcmp(bytes, "HTTP/1.1 101", 12) != 0) fail("an upgrade was refused");
    client->stage = OPENING;
    if (options.protocol == RAW) becomeReady(client);
    return (size_t)(end + 4 - bytes);
}

// Takes whole frames off; answers how many bytes that were.
static size_t takeFrames(struct client *client, const unsigned char *bytes, size_t length) {
    size_t at = 0;
    while (length - at >= 2) {
        size_t header = 2, count = bytes[at + 1] & 127;
        if (count == 126) {
            if (length - at < 4) break;
            count = (size_t)bytes[at + 2] << 8 | bytes[at + 3];
            header = 4;
        }
        errno = 0;
        if (bytes[at + 1] >= 127) fail("a frame is masked or too long");
        if (length - at < header + count) break;
        if (bytes[at] != 0x81) fail("a frame is no whole text");
        handleText(client, (const char *)bytes + at + header, count);
        at += header + count;
    }
    return at;
}

static void keepPartial(struct client *client, const unsigned char *bytes, size_t count) {
    if (count > PARTIAL_LIMIT) fail("a frame is too long");
    if (count == 0) {
        free(client->partial);
        client->partial = NULL;
    } else {
        unsigned char *kept = malloc(count);
        if (!kept) fail("no memory");
        memcpy(kept, bytes, count);
        free(client->partial);
        client->partial = kept;
    }
    client->partialLength = count;
}

static void receive(struct client *client) {
    size_t length = client->partialLength;
    if (length > 0) memcpy(readBuffer, client->partial, length);
    ssize_t count = recv(client->socket, readBuffer + length, READ_SIZE, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) fail("the server closed a connection");
    length += (size_t)count;
    size_t used = 0;
    if (client->stage == UPGRADING) used = takeUpgrade(client, readBuffer, length);
    if (client->stage != UPGRADING) used += takeFrames(client, readBuffer + used, length - used);
    if (used < length || client->partial) keepPartial(client, readBuffer + used, length - used);
}

static void openClient(void) {
    struct client *client = &clients[clientCount];
    struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options.port)};
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + (uint32_t)(clientCount / CLIENTS_PER_ADDRESS));
    if (inet_pton(AF_INET, options.host, &to.sin_addr) != 1) fail("the host is no address");
    int on = 1;
    client->socket = socket(AF_INET, SOCK_STREAM, 0);
    if (client->socket < 0) fail("no socket; see ulimit -n");
    setsockopt(client->socket, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    setsockopt(client->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (bind(client->socket, (struct sockaddr *)&from, sizeof from) < 0) fail("cannot bind");
    if (connect(client->socket, (struct sockaddr *)&to, sizeof to) < 0) fail("cannot connect");
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, client->socket, &event) < 0) fail("cannot watch a connection");
    clientCount++;
    char request[512];
    int length = snprintf(request, sizeof request,
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        options.host, options.port);
    clientSend(client, request, (size_t)length);
}

void clientsOpen(int count, int window) {
    errno = 0;
    if (count > clientLimit) fail("more clients than were announced");
    while (readyCount < count) {
        while (clientCount < count && clientCount - readyCount < window) openClient();
        clientsWait(1000);
    }
}

// Answers whether standard input has something.
static int waitForEvents(int milliseconds) {
    static struct epoll_event events[EVENTS];
    int count = epoll_wait(poller, events, EVENTS, milliseconds), hasLine = 0;
    for (int i = 0; i < count; i++) {
        if (events[i].data.ptr) receive(events[i].data.ptr); else hasLine = 1;
    }
    return hasLine;
}

void clientsWait(int milliseconds) { waitForEvents(milliseconds); }

char *clientsReadLine(void) {
    static char line[256];
    while (!waitForEvents(-1)) {}
    return fgets(line, sizeof line, stdin);
}
