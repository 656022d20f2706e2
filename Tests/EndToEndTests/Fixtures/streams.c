/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#define MS 1000000ull
#define FRAME 65536ull
#define RATE 131072000ull /* half a millisecond for a frame */

static struct buffer_set *gather(struct device *dev, const char *name, const struct page **buffers)
{
    struct buffer_set *set = buffer_set_open(dev, name, 2, 2);

    for (int i = 0; i < 2; i++) {
        buffers[i] = cma_alloc(dev_get_cma_area(dev), 16, 0, CMA_ALLOC_NORMAL);
        if (buffer_set_add(set, &buffers[i], 1, 16) != i)
            return NULL;
    }
    buffer_set_close(set);
    return set;
}

PLUGIN("captures 20 frames, shows 10, and calls everything wrongly in between")
{
    const struct page *captured[2], *shown[2];
    struct buffer_set *capture, *display;
    struct device *isp, *panel;
    uint64_t start;
    int i;

    devemu_attach(host);
    isp = device_register("isp");
    panel = device_register("panel");
    capture = gather(isp, "capture", captured);
    display = gather(panel, "display", shown);
    CHECK(capture && display);

    CHECK(stream_on(NULL, STREAM_CAPTURE, MS, FRAME, RATE) == -22);
    CHECK(stream_on(NULL, STREAM_CAPTURE, MS, FRAME, RATE) == -22);
    CHECK(stream_on(capture, (enum stream_kind)0, MS, FRAME, RATE) == -22);
    CHECK(stream_on(capture, (enum stream_kind)3, MS, FRAME, RATE) == -22);
    CHECK(stream_on(capture, STREAM_CAPTURE, 0, FRAME, RATE) == -22);
    CHECK(stream_on(capture, STREAM_CAPTURE, MS, 0, RATE) == -22);
    CHECK(stream_on(capture, STREAM_CAPTURE, MS, FRAME, 0) == -22);
    CHECK(stream_off(NULL) == -22);
    CHECK(stream_off(capture) == 0);
    CHECK(stream_queue(NULL, 0) == -22);
    CHECK(stream_queue(capture, 2) == -22);
    CHECK(stream_queue(capture, ~0u) == -22);
    CHECK(stream_dequeue(NULL, 0) == -22);
    CHECK(stream_dequeue(capture, ~0ull) == -5);

    CHECK(stream_queue(capture, 0) == 0);
    CHECK(stream_queue(capture, 0) == -16);
    CHECK(stream_on(capture, STREAM_CAPTURE, MS, ~0ull, RATE) == -22);
    start = ktime_get_ns();
    CHECK(stream_on(capture, STREAM_CAPTURE, MS, FRAME, RATE) == 0);
    CHECK(stream_on(capture, STREAM_CAPTURE, MS, FRAME, RATE) == -16);
    CHECK(buffer_set_remove(capture, 0) == -16);
    CHECK(stream_queue(capture, 1) == 0);
    CHECK(stream_dequeue(capture, 1) == -11);
    CHECK(ktime_get_ns() == start + 1);
    for (i = 0; i < 20; i++) {
        CHECK(stream_dequeue(capture, 2 * MS) == i % 2);
        CHECK(ktime_get_ns() == start + i * MS + MS / 2);
        CHECK(stream_queue(capture, (unsigned int)i % 2) == 0);
    }
    CHECK(stream_off(capture) == 0);
    CHECK(stream_dequeue(capture, MS) == -5);

    CHECK(stream_on(display, STREAM_SCANOUT, MS, FRAME, RATE) == 0);
    CHECK(stream_dequeue(display, ~0ull) == -11);
    for (i = 0; i < 10; i++) {
        CHECK(stream_queue(display, (unsigned int)i % 2) == 0);
        if (i > 0)
            CHECK(stream_dequeue(display, 2 * MS) == (i - 1) % 2);
        usleep_range(1700, 1700);
    }
    CHECK(stream_off(display) == 0);
    for (i = 0; i < 2; i++) {
        CHECK(cma_release(dev_get_cma_area(isp), captured[i], 16));
        CHECK(cma_release(dev_get_cma_area(panel), shown[i], 16));
    }
    return 0;
}
