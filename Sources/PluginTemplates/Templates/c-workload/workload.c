/* SPDX-License-Identifier: Apache-2.0
 *
 * my-plugin - a device whose buffers are gathered chunk by chunk, fail-fast.
 *
 * `run` is one session: the buffers are gathered, used for a while and given back. A scene calls the two
 * halves as operations of their own, `start` and `stop`; what lives from one to the other belongs to
 * the instance, see get_drvdata(), because a scene may have several of them.
 */
#include <devemu/plugin.h>
#include <errno.h>
#include <stdlib.h>

/* What devemu reads before it loads this file. Each argument of an entry is a param; their defaults and
 * ranges are checked before the entry is called. `devemu plugin inspect my-plugin.so` shows them. */
DEVEMU_PLUGIN_NOTE(
    "id=org.example.my-plugin\0"
    "version=0.1\0"
    "license=Apache-2.0\0"
    "summary=gathers buffers of chunks without waiting for any\0"
    "entry=my_plugin_run:i32(ptr host, u32 buffers, u32 order)\0"
    "entry=my_plugin_start:i32(ptr host, u32 buffers, u32 order)\0"
    "entry=my_plugin_stop:i32(ptr host)\0"
    "param=buffers:u32:4:2..16:buffers wanted; the device works with 2\0"
    "param=order:u32:4:0..10:a chunk is 2^order pages\0")

#define MAX_BUFFERS 16u
#define MIN_BUFFERS 2u
#define CHUNKS 32u /* of a buffer */

struct buffer {
    int index; /* in the buffer set */
    const struct page *chunks[CHUNKS];
};

struct my_device {
    struct device *dev;
    struct buffer_set *set;
    unsigned int order, count;
    struct buffer buffers[MAX_BUFFERS];
};

/* The instance's device, registered at the first call. */
static struct my_device *my_device_get(void)
{
    struct my_device *my = get_drvdata();

    if (!my && (my = calloc(1, sizeof(*my))) != NULL) {
        my->dev = device_register("my-plugin");
        set_drvdata(my);
    }
    return my;
}

static void release_chunks(struct my_device *my, struct buffer *buffer, size_t count)
{
    while (count > 0)
        cma_release(dev_get_cma_area(my->dev), buffer->chunks[--count], 1ul << my->order);
}

/* One buffer. A chunk that is not to be had at once ends it: what was got until then goes back. */
static int gather(struct my_device *my, struct buffer *buffer)
{
    struct cma *cma = dev_get_cma_area(my->dev);
    size_t got = 0;

    while (got < CHUNKS &&
           (buffer->chunks[got] = cma_alloc(cma, 1ul << my->order, my->order, CMA_ALLOC_FAIL_FAST)) != NULL)
        got++;
    buffer->index = -ENOMEM;
    if (got == CHUNKS)
        buffer->index = buffer_set_add(my->set, buffer->chunks, CHUNKS, 1ul << my->order);
    if (buffer->index < 0)
        release_chunks(my, buffer, got);
    return buffer->index;
}

DEVEMU_EXPORT int32_t my_plugin_stop(const struct devemu_host *host)
{
    struct my_device *my;

    if (devemu_attach(host) != 0)
        return -EINVAL;
    my = my_device_get();
    if (!my)
        return -ENOMEM;
    while (my->count > 0) {
        struct buffer *buffer = &my->buffers[--my->count];

        buffer_set_remove(my->set, (unsigned int)buffer->index);
        release_chunks(my, buffer, CHUNKS);
    }
    return 0;
}

DEVEMU_EXPORT int32_t my_plugin_start(const struct devemu_host *host, uint32_t buffers, uint32_t order)
{
    struct my_device *my;
    int32_t err = my_plugin_stop(host); /* a second start is a restart */

    if (err)
        return err;
    my = my_device_get();
    my->order = order;
    my->set = buffer_set_open(my->dev, "frames", buffers, MIN_BUFFERS);
    while (my->count < buffers && gather(my, &my->buffers[my->count]) >= 0)
        my->count++;
    if (buffer_set_close(my->set) < (int)MIN_BUFFERS)
        devemu_log(DEVEMU_LOG_WARNING, "too few buffers to start the device");
    return 0;
}

DEVEMU_EXPORT int32_t my_plugin_run(const struct devemu_host *host, uint32_t buffers, uint32_t order)
{
    int32_t err = my_plugin_start(host, buffers, order);

    if (err)
        return err;
    msleep(100);
    return my_plugin_stop(host);
}
