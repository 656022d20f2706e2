/* SPDX-License-Identifier: Apache-2.0
 *
 * side_memory.cpp - motion vectors, scratch and firmware memory.
 */
#include "session.h"

namespace codec {

void SideMemory::init(struct device *dev, const struct video_policy &policy)
{
    /* A decoder cannot do with fewer. */
    struct video_policy all = policy;

    all.accepts_less = false;
    all.failure = VIDEO_ROLLBACK;
    side = SideBuffers();
    for (video_queue &queue : queues)
        video_queue_init(&queue, dev, "side", all);
    for (video_queue &queue : onUse)
        video_queue_init(&queue, dev, "side", all);
}

bool SideMemory::request(const SideBuffers &wanted, uint32_t pictures)
{
    free();
    side = wanted;
    for (size_t i = 0; i < side.count; i++) {
        const SideBuffer &buffer = side.items[i];
        uint32_t number = buffer.lifetime == Lifetime::picture ? pictures : buffer.count;
        video_layout layout = video_layout_of_bytes(buffer.bytes);

        if (buffer.lifetime == Lifetime::firstUse)
            continue;
        queues[i].name = buffer.name;
        int got = video_queue_request(&queues[i], &layout, number, number);
        if (got < 0) {
            log(DEVEMU_LOG_ERROR, "%s: %u of %u buffers of %llu pages: error %d", buffer.name, queues[i].got,
                number, static_cast<unsigned long long>(video_pages(buffer.bytes)), got);
            free();
            return false;
        }
    }
    return true;
}

void SideMemory::free()
{
    for (video_queue &queue : queues)
        video_queue_free(&queue);
    for (video_queue &queue : onUse)
        video_queue_free(&queue);
    side = SideBuffers();
}

int SideMemory::prepare(uint32_t picture)
{
    for (size_t i = 0; i < side.count; i++) {
        const SideBuffer &buffer = side.items[i];
        video_layout layout = video_layout_of_bytes(buffer.bytes);

        if (buffer.lifetime != Lifetime::firstUse || onUse[picture].count)
            continue;
        onUse[picture].name = buffer.name;
        int got = video_queue_request(&onUse[picture], &layout, 1, 1);
        if (got < 0)
            return got;
    }
    return 0;
}

size_t SideMemory::accesses(uint32_t picture, struct dma_access *list) const
{
    size_t number = 0;

    for (size_t i = 0; i < side.count; i++) {
        const video_queue &queue = side.items[i].lifetime == Lifetime::firstUse ? onUse[picture] : queues[i];
        uint32_t index = side.items[i].lifetime == Lifetime::picture ? picture : 0;

        if (index < queue.count)
            list[number++] = {queue.set, video_queue_index(&queue, index), 1};
    }
    return number;
}

} // namespace codec
