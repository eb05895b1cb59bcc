// Events from one client to its partner, acknowledged, at a fixed rate over all pairs.
#define _GNU_SOURCE
#include "commands.h"

#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "histogram.h"

enum { MAXIMUM_EVENTS = 1 << 20 };

static struct histogram latencies;
static unsigned char missing[MAXIMUM_EVENTS];
static int64_t began, interval;
static uint64_t complete;

// Done when the partner has the event and the sender its acknowledgement. Times count from when the event was due, so that
// a late one does not hide the delay of those behind it.
static void partArrived(uint64_t number) {
    if (number >= MAXIMUM_EVENTS || missing[number] == 0) fail("an event or acknowledgement was not expected");
    if (--missing[number] > 0) return;
    histogramAdd(&latencies, nanoseconds() - (began + (int64_t)number * interval));
    complete++;
}

static void pairReceived(struct client *client, const char *text, size_t count) {
    static const char head[] = "42[\"told\",\"";
    if (count > sizeof head && memcmp(text, head, sizeof head - 1) == 0) {
        uint64_t number = strtoull(text + sizeof head - 1, NULL, 10);
        if (number != client->expected) fail("an event was lost, doubled or came out of order");
        client->expected += (uint64_t)clientCount / 2;
        return partArrived(number);
    }
    if (count > 3 && memcmp(text, "43", 2) == 0) return partArrived(strtoull(text + 2, NULL, 10));
    fail("something else than an event or acknowledgement came");
}

static void sendEvent(uint64_t number) {
    int pair = (int)(number % (uint64_t)(clientCount / 2));
    char text[128];
    int count = snprintf(text, sizeof text, "42%llu[\"tell\",\"b%d\",\"%010llu\"]", (unsigned long long)number, pair,
        (unsigned long long)number);
    missing[number] = 2;
    clientSendText(&clients[2 * pair], text, (size_t)count);
}

void runPairs(double rate, double seconds) {
    uint64_t total = (uint64_t)(rate * seconds), sent = 0;
    if (total > MAXIMUM_EVENTS || clientCount < 2) fail("too many events, or too few clients");
    memset(&latencies, 0, sizeof latencies);
    for (int i = 0; i < clientCount / 2; i++) clients[2 * i + 1].expected = (uint64_t)i;
    textReceived = pairReceived;
    complete = 0;
    interval = (int64_t)(1e9 / rate);
    began = nanoseconds() + interval;
    int64_t last = began + (int64_t)total * interval + 30000000000LL;
    while (complete < total) {
        int64_t now = nanoseconds();
        while (sent < total && now >= began + (int64_t)sent * interval) sendEvent(sent++);
        // Not asleep between events: waking up takes longer than what is measured.
        clientsWait(0);
        if (now > last) fail("events are missing");
    }
    printf("{\"events\":%llu,\"seconds\":%.4f,\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f}\n", (unsigned long long)total,
        (double)(nanoseconds() - began) / 1e9, histogramMicroseconds(&latencies, 0.5),
        histogramMicroseconds(&latencies, 0.99), (double)latencies.maximum / 1e3);
}
