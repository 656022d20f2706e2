// SPDX-License-Identifier: Apache-2.0
//
// my-plugin - a device whose buffers are gathered chunk by chunk, fail-fast.
//
// `run` is one session: the buffers are gathered, used for a while and given back. A scene calls the two
// halves as operations of their own, `start` and `stop`; what lives from one to the other belongs to
// the instance, see get_drvdata(), because a scene may have several of them.
#include <devemu/plugin.h>

#include <cerrno>
#include <memory>
#include <new>
#include <utility>
#include <vector>

// What devemu reads before it loads this file. Each argument of an entry is a param; their defaults and
// ranges are checked before the entry is called. `devemu plugin inspect my-plugin.so` shows them.
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

namespace {

constexpr unsigned minimum = 2;
constexpr size_t chunks_of_a_buffer = 32;

// Chunks of 2^order pages that go back to their area with the object.
class Buffer {
public:
    Buffer(cma *area, unsigned order) : area(area), order(order) {}
    Buffer(const Buffer &) = delete;
    ~Buffer()
    {
        if (index >= 0)
            buffer_set_remove(set, unsigned(index));
        for (const page *chunk : chunks)
            cma_release(area, chunk, 1ul << order);
    }

    // False when a chunk is not to be had at once, or the device cannot use what there is.
    bool gather(buffer_set *target)
    {
        while (chunks.size() < chunks_of_a_buffer) {
            const page *chunk = cma_alloc(area, 1ul << order, order, CMA_ALLOC_FAIL_FAST);
            if (!chunk)
                return false;
            chunks.push_back(chunk);
        }
        set = target;
        index = buffer_set_add(set, chunks.data(), chunks.size(), size_t(1) << order);
        return index >= 0;
    }

private:
    cma *area;
    unsigned order;
    buffer_set *set = nullptr;
    int index = -1;
    std::vector<const page *> chunks;
};

struct Device {
    device *dev = device_register("my-plugin");
    std::vector<std::unique_ptr<Buffer>> buffers;

    void start(unsigned wanted, unsigned order)
    {
        buffers.clear(); // a second start is a restart
        buffer_set *set = buffer_set_open(dev, "frames", wanted, minimum);
        while (buffers.size() < wanted) {
            auto buffer = std::make_unique<Buffer>(dev_get_cma_area(dev), order);
            if (!buffer->gather(set))
                break;
            buffers.push_back(std::move(buffer));
        }
        if (buffer_set_close(set) < int(minimum))
            devemu_log(DEVEMU_LOG_WARNING, "too few buffers to start the device");
    }
};

// Calls `body` with the instance's device, registered at the first call. No exception may leave an entry.
template <typename Body> int32_t with_device(const devemu_host *host, Body body) noexcept
try {
    if (devemu_attach(host) != 0)
        return -EINVAL;
    if (!get_drvdata())
        set_drvdata(new Device);
    body(*static_cast<Device *>(get_drvdata()));
    return 0;
} catch (const std::bad_alloc &) {
    return -ENOMEM;
}

} // namespace

DEVEMU_EXPORT int32_t my_plugin_start(const devemu_host *host, uint32_t buffers, uint32_t order)
{
    return with_device(host, [=](Device &device) { device.start(buffers, order); });
}

DEVEMU_EXPORT int32_t my_plugin_stop(const devemu_host *host)
{
    return with_device(host, [](Device &device) { device.buffers.clear(); });
}

DEVEMU_EXPORT int32_t my_plugin_run(const devemu_host *host, uint32_t buffers, uint32_t order)
{
    int32_t err = my_plugin_start(host, buffers, order);
    if (err != 0)
        return err;
    msleep(100);
    return my_plugin_stop(host);
}
