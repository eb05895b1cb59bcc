// Has the server broadcast events to all clients and checks that each gets every one, whole and in order.
#include "commands.h"

#include <string.h>

#include "client.h"
#include "event.h"
#include "histogram.h"

enum { MAXIMUM_WINDOW = 64 };

static struct histogram latencies;
static int64_t sentAt[MAXIMUM_WINDOW];
static int arrived[MAXIMUM_WINDOW];
static uint64_t sent, complete, delivered;
static char sample[EVENT_LENGTH];

static void eventReceived(struct client *client, const char *text, size_t count) {
    const char *digits = text + EVENT_DIGITS_AT;
    const size_t rest = EVENT_DIGITS_AT + EVENT_DIGITS;
    if (count != EVENT_LENGTH || memcmp(text, sample, EVENT_DIGITS_AT) != 0 ||
        memcmp(text + rest, sample + rest, EVENT_LENGTH - rest) != 0) {
        fail("an event is not what it should be");
    }
    uint64_t number = 0;
    for (int i = 0; i < EVENT_DIGITS; i++) number = number * 10 + (uint64_t)(digits[i] - '0');
    if (number != client->expected) fail("an event was lost, doubled or came out of order");
    client->expected++;
    delivered++;
    int slot = (int)(number % MAXIMUM_WINDOW);
    histogramAdd(&latencies, nanoseconds() - sentAt[slot]);
    if (++arrived[slot] < clientCount) return;
    arrived[slot] = 0;
    complete++;
}

// Asks for as many more broadcasts as may be under way, in one write.
static void askForMore(uint64_t end, int window) {
    char frames[MAXIMUM_WINDOW * 64];
    size_t length = 0;
    while (sent < end && sent - complete < (uint64_t)window) {
        char text[64];
        const char *form = options.protocol == RAW ? "%010llu" : "42[\"go\",\"%010llu\"]";
        int count = snprintf(text, sizeof text, form, (unsigned long long)sent);
        length = frameText(frames, length, sizeof frames, text, (size_t)count);
        sentAt[sent % MAXIMUM_WINDOW] = nanoseconds();
        sent++;
    }
    if (length > 0) clientSend(&clients[0], frames, length);
}

void runBroadcasts(long count, double seconds, int window) {
    if (window < 1 || window > MAXIMUM_WINDOW) fail("the window is too large");
    writeEvent(sample, "0000000000");
    textReceived = eventReceived;
    memset(&latencies, 0, sizeof latencies);
    delivered = 0;
    uint64_t end = sent + (uint64_t)count;
    int64_t began = nanoseconds(), last = began + (int64_t)(seconds * 1e9);
    while (sent < end || complete < sent) {
        if (nanoseconds() >= last) end = sent;
        askForMore(end, window);
        if (complete < sent) clientsWait(1000);
        if (nanoseconds() > last + 30000000000LL) fail("events are missing");
    }
    printf("{\"delivered\":%llu,\"seconds\":%.4f,\"p50\":%.1f,\"p99\":%.1f}\n", (unsigned long long)delivered,
        (double)(nanoseconds() - began) / 1e9, histogramMicroseconds(&latencies, 0.5),
        histogramMicroseconds(&latencies, 0.99));
}
