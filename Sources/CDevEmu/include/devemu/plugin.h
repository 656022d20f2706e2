/* SPDX-License-Identifier: Apache-2.0
 *
 * devemu/plugin.h - everything a devemu workload plugin includes.
 *
 * A plugin is a shared object that plays a device driver. It links to nothing of devemu: the
 * host hands its entry point a table of functions, and the inline functions below turn that
 * table into the calls a driver author knows (cma_alloc, cma_release, ktime_get_ns, ...).
 *
 *     #include <devemu/plugin.h>
 *
 *     DEVEMU_PLUGIN_NOTE(
 *         "id=org.example.hello\0"
 *         "version=1.0\0"
 *         "license=Apache-2.0\0"
 *         "summary=takes one page and gives it back\0"
 *         "entry=hello_run:i32(ptr host, u32 pages)\0"
 *         "param=pages:u32:1:1..1024:pages to take\0")
 *
 *     DEVEMU_EXPORT int32_t hello_run(const struct devemu_host *host, uint32_t pages) { ... }
 *
 * C11, also C++ and importable into Swift. Times are nanoseconds of the emulated machine's
 * clock, sizes are pages unless the name says bytes. All calls belong to the thread that called
 * the entry point and end with its return. Several instances of a plugin may run at the same emulated
 * time, one at a time: static data is shared by them.
 */
#ifndef DEVEMU_PLUGIN_H
#define DEVEMU_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The ABI revision this header describes, and the oldest host that its inline functions can do
 * with. A host refuses a plugin when the two ranges do not meet. */
#define DEVEMU_ABI 2
#define DEVEMU_ABI_MIN 2

#define DEVEMU_STRINGIFY_(x) #x
#define DEVEMU_STRINGIFY(x) DEVEMU_STRINGIFY_(x)

/* Marks the functions that the note promises; build the rest with -fvisibility=hidden. */
#ifdef __cplusplus
#define DEVEMU_EXPORT extern "C" __attribute__((visibility("default"), used))
#else
#define DEVEMU_EXPORT __attribute__((visibility("default"), used))
#endif

/* ---- The note ---------------------------------------------------------------------------- */

/* Note type: the ASCII letters "DEV" and the format's revision. Owner: "DEVEMU". */
#define DEVEMU_NOTE_TYPE 0x44455601u

/* Places the plugin's description in the file as an ELF note that devemu reads without loading
 * the plugin. TEXT is a sequence of "key=value\0" strings:
 *
 *   id=        reverse-domain name                          once, required
 *   version=   the plugin's own version                     once, required
 *   license=   SPDX identifier                              once, required
 *   summary=   one line                                     once, required
 *   kind=      workload, or strategy                        at most once; a workload without it
 *   entry=     SYMBOL:SIGNATURE                             once or more, the first is what runs when
 *                                                           no scene says otherwise
 *   param=     NAME:TYPE:DEFAULT:RANGE:HELP                 any number
 *   cycle=     OPERATION OPERATION ...                      any number; operations, one after the other,
 *                                                           behind which nothing is held
 *
 * SIGNATURE is RET(ARG, ...) over the types void i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 size ptr
 * cstr. The argument named "host" receives the host table; every other argument is named after a
 * param and has its type. RANGE is LOW..HIGH for numbers, A|B|C for strings, or empty.
 *
 * A type can also be a record of 1 to 8 numbers, {u32,u32} for struct { uint32_t width, height; }: it is
 * passed and returned by value. Its DEFAULT, and what --set gives it, is the numbers with commas between
 * them, 640,480; its RANGE is empty.
 *
 * A strategy has one entry of just this signature, see "What a strategy calls" below:
 *     SYMBOL:size(ptr host, ptr cma, size wanted, size chunk_pages, u32 align, ptr chunks) */
#define DEVEMU_PLUGIN_NOTE(TEXT) \
    DEVEMU_PLUGIN_NOTE_ABI(DEVEMU_STRINGIFY(DEVEMU_ABI_MIN), DEVEMU_STRINGIFY(DEVEMU_ABI), TEXT)

#define DEVEMU_PLUGIN_NOTE_ABI(ABI_MIN, ABI, TEXT)                                                 \
    static const struct {                                                                          \
        uint32_t name_size, description_size, type;                                                \
        char name[8];                                                                              \
        char description[sizeof("abi-min=" ABI_MIN "\0abi=" ABI "\0" TEXT)];                        \
    } devemu_plugin_note __attribute__((used, retain, aligned(4), section(".note.devemu"))) = {     \
        7, sizeof("abi-min=" ABI_MIN "\0abi=" ABI "\0" TEXT), DEVEMU_NOTE_TYPE, "DEVEMU",           \
        "abi-min=" ABI_MIN "\0abi=" ABI "\0" TEXT};

/* ---- The host table ----------------------------------------------------------------------- */

/* What the host holds every call against. A broken rule has a name in the run's report, and the run ends with
 * exit code 2, its outcome protocol-violation; but the call is only answered as its comment below says, and
 * everything else goes on:
 *   foreign-device, foreign-area, foreign-set   a handle that this instance was never given
 *   foreign-page, other-devices-page            a page of no area, or in the hands of another device
 *   double-release, wrong-count                 pages released that nobody holds, or more than are held there
 *   use-after-release                           a buffer made of pages that are not held
 *   wrong-kind                                  a strategy that calls what only workloads may
 *   leak                                        pages that a device holds when the run ends; no call breaks this
 *                                               one, and the run's report has the buffers that they are part of
 * The run ends at once for
 *   foreign-context                             a context that is not this table's
 *   foreign-thread, call-after-return           a call from another thread, or outside of an entry point
 * NULL for a handle breaks no rule: it is answered with failure, as drivers' error paths expect. */

struct page;       /* one page frame; never dereferenced, see page_to_pfn() */
struct cma;        /* a contiguous area as one device sees it */
struct device;     /* an emulated device */
struct buffer_set; /* the buffers a device needs at the same time */

enum cma_alloc_mode {
    CMA_ALLOC_NORMAL = 0,    /* Linux 6.1 as it is: drains, waits, retries */
    CMA_ALLOC_FAIL_FAST = 1, /* CMA_ALLOC_FAIL_FAST of December 2020: no drain, no wait, one try */
};

enum devemu_log_level { DEVEMU_LOG_ERROR = 3, DEVEMU_LOG_WARNING = 4, DEVEMU_LOG_INFO = 6 };

struct cma_effort;   /* how hard one allocation tries: devemu/strategy.h */
struct dma_limits;   /* what a device can address, and the rest of devemu/dma.h */
struct dma_segment;
struct dma_access;

/* Functions of the host. `size` counts the bytes that this host filled in: fields are only ever
 * added at the end, and a plugin uses a field only where `size` covers it. `context` is the first
 * argument of every function. */
struct devemu_host {
    uint32_t size;
    uint32_t abi;
    void *context;
    /* page_to_pfn() is arithmetic: a page's handle is page_base + pfn * page_stride. */
    uintptr_t page_base;
    uintptr_t page_stride;
    struct device *(*device_register)(void *context, const char *name);
    struct cma *(*dev_get_cma_area)(void *context, struct device *dev);
    struct page *(*cma_alloc)(void *context, struct cma *cma, size_t count, uint32_t align, uint32_t mode);
    int32_t (*cma_release)(void *context, struct cma *cma, const struct page *pages, uint64_t count);
    uint64_t (*ktime_get_ns)(void *context);
    void (*sleep_ns)(void *context, uint64_t ns);
    struct buffer_set *(*buffer_set_open)(void *context, struct device *dev, const char *name,
                                          uint32_t wanted, uint32_t min);
    int32_t (*buffer_set_add)(void *context, struct buffer_set *set, const struct page *const *chunks,
                              size_t nr_chunks, size_t chunk_pages);
    int32_t (*buffer_set_close)(void *context, struct buffer_set *set);
    void (*log)(void *context, uint32_t level, const char *text);
    /* Revision 2 */
    size_t (*cma_gather)(void *context, struct cma *cma, size_t wanted, size_t chunk_pages, uint32_t align,
                         const struct page **chunks);
    struct page *(*cma_alloc_effort)(void *context, struct cma *cma, size_t count, uint32_t align,
                                     const struct cma_effort *effort);
    int64_t (*cma_next_window)(void *context, struct cma *cma, size_t from, size_t count, uint32_t align);
    struct page *(*cma_try_window)(void *context, struct cma *cma, size_t offset, size_t count,
                                   const struct cma_effort *effort);
    uint32_t (*cma_look)(void *context, struct cma *cma, size_t offset, size_t count, size_t *where);
    void (*cma_drain_all)(void *context, struct cma *cma);
    size_t (*cma_pages)(void *context, struct cma *cma);
    void **driver_data; /* this instance's, NULL at the start of the run */
    const char *instance_name;
    int32_t (*dma_set_limits)(void *context, struct device *dev, const struct dma_limits *limits);
    int32_t (*buffer_set_add_segments)(void *context, struct buffer_set *set,
                                       const struct dma_segment *segments, size_t nr_segments,
                                       const size_t *planes, size_t nr_planes);
    int32_t (*buffer_set_remove)(void *context, struct buffer_set *set, uint32_t index);
    int32_t (*stream_on)(void *context, struct buffer_set *set, uint32_t kind, uint64_t period_ns,
                         uint64_t bytes, uint64_t bytes_per_s);
    int32_t (*stream_off)(void *context, struct buffer_set *set);
    int32_t (*stream_queue)(void *context, struct buffer_set *set, uint32_t index);
    int32_t (*stream_dequeue)(void *context, struct buffer_set *set, uint64_t timeout_ns);
    int32_t (*dma_job)(void *context, struct device *dev, const struct dma_access *accesses, size_t nr,
                       uint64_t bytes_per_s);
    void *(*buffer_map)(void *context, struct buffer_set *set, uint32_t index, size_t *size);
    void (*buffer_unmap)(void *context, struct buffer_set *set, uint32_t index);
};

/* One pointer for each running instance of the plugin, whatever the number of its source files:
 * every instance has a thread of its own. */
__attribute__((weak, visibility("hidden"))) __thread const struct devemu_host *devemu_host_table;

/* First call of every entry point. Returns 0, or -22 (-EINVAL) when the host is older than this
 * header: return that value at once. */
static inline int32_t devemu_attach(const struct devemu_host *host)
{
    if (!host || host->abi < DEVEMU_ABI_MIN || host->size < sizeof(struct devemu_host))
        return -22;
    devemu_host_table = host;
    return 0;
}

/* ---- What driver code calls ---------------------------------------------------------------- */

/* Announces a device. `name` is copied. Returns NULL when the name is empty, taken, longer than 64 bytes with what the
 * scene puts before it, not UTF-8, or has a character that does not print: a control, a line break, a format of
 * bidirectional text. Also NULL when 1000 devices are announced. */
static inline struct device *device_register(const char *name)
{
    return devemu_host_table->device_register(devemu_host_table->context, name);
}

/* The area that serves the device's allocations. */
static inline struct cma *dev_get_cma_area(struct device *dev)
{
    return devemu_host_table->dev_get_cma_area(devemu_host_table->context, dev);
}

/* Allocates `count` contiguous pages whose first pfn is a multiple of 2^align. Returns NULL when
 * no window could be had. */
static inline struct page *cma_alloc(struct cma *cma, size_t count, unsigned int align,
                                     enum cma_alloc_mode mode)
{
    return devemu_host_table->cma_alloc(devemu_host_table->context, cma, count, align, (uint32_t)mode);
}

/* Gives `count` pages back. False when the pages are not all held through `cma`: nothing is freed
 * then. The run's report counts releases that split an allocation, and names pages released while the
 * device or a mapping still uses them. */
static inline bool cma_release(struct cma *cma, const struct page *pages, unsigned long count)
{
    return devemu_host_table->cma_release(devemu_host_table->context, cma, pages, count) != 0;
}

/* Gathers up to `wanted` chunks of `chunk_pages` pages each, their first pfns multiples of 2^align, by
 * the strategy that the run is made with; without one, fail-fast until that fails and then normal.
 * Returns how many were written to `chunks`; fewer than wanted means that the strategy gave up, and
 * the chunks that were got are the caller's to use or release. A strategy cannot call this. */
static inline size_t cma_gather(struct cma *cma, size_t wanted, size_t chunk_pages, unsigned int align,
                                const struct page **chunks)
{
    return devemu_host_table->cma_gather(devemu_host_table->context, cma, wanted, chunk_pages, align,
                                         chunks);
}

static inline unsigned long page_to_pfn(const struct page *page)
{
    return (unsigned long)(((uintptr_t)page - devemu_host_table->page_base) /
                           devemu_host_table->page_stride);
}

/* The emulated machine's clock, ns since its start. */
static inline uint64_t ktime_get_ns(void)
{
    return devemu_host_table->ktime_get_ns(devemu_host_table->context);
}

/* Lets emulated time pass; the emulated machine goes on meanwhile. */
static inline void usleep_range(unsigned long min_us, unsigned long max_us)
{
    (void)max_us;
    devemu_host_table->sleep_ns(devemu_host_table->context, (uint64_t)min_us * 1000u);
}

static inline void msleep(unsigned int ms)
{
    devemu_host_table->sleep_ns(devemu_host_table->context, (uint64_t)ms * 1000000u);
}

/* Starts the count of a buffer set: from now on the device waits for `wanted` buffers and can work
 * with `min` (1 <= min <= wanted). NULL on a bad argument, and when 64 sets of the device are open. */
static inline struct buffer_set *buffer_set_open(struct device *dev, const char *name,
                                                 unsigned int wanted, unsigned int min)
{
    return devemu_host_table->buffer_set_open(devemu_host_table->context, dev, name, wanted, min);
}

/* Adds one complete buffer, made of `nr_chunks` allocations of `chunk_pages` pages each. Returns
 * its index, or -22 when a chunk is not held by the set's device or is part of a buffer already, or
 * the set is full or closed, or -34 (-ERANGE) when the buffer breaks the device's dma_limits: the
 * run's report names the rule. */
static inline int buffer_set_add(struct buffer_set *set, const struct page *const *chunks,
                                 size_t nr_chunks, size_t chunk_pages)
{
    return devemu_host_table->buffer_set_add(devemu_host_table->context, set, chunks, nr_chunks,
                                             chunk_pages);
}

/* Ends the gathering: what was added until now is what the device got. Returns the number of
 * buffers, or -22. */
static inline int buffer_set_close(struct buffer_set *set)
{
    return devemu_host_table->buffer_set_close(devemu_host_table->context, set);
}

/* A line for the run's report, of at most 1024 bytes; dev_err, dev_warn and dev_info of a driver.
 * A run keeps its first 1000 lines. */
static inline void devemu_log(enum devemu_log_level level, const char *text)
{
    devemu_host_table->log(devemu_host_table->context, (uint32_t)level, text);
}

/* ---- The state of an instance ----------------------------------------------------------------
 *
 * A scene calls the entry points of a plugin as operations, one after the other for each instance: the
 * operation of an entry is its symbol without the plugin's name in front, which is the last part of
 * id=, with '_' for '-': `camera_still` of org.example.camera is called `still`. What an operation leaves
 * for the next one belongs to its instance, not into static data. */

static inline void set_drvdata(void *data)
{
    *devemu_host_table->driver_data = data;
}

static inline void *get_drvdata(void)
{
    return *devemu_host_table->driver_data;
}

/* What the scene calls this instance ("camera", "camera.2"); without a scene, a name after the plugin's
 * file. The first device that an instance of a scene registers has this name in reports, and each
 * further one the name that it is given behind it ("camera-flash"). Valid until the end of the run. */
static inline const char *devemu_instance_name(void)
{
    return devemu_host_table->instance_name;
}

#ifdef __cplusplus
}
#endif

#include "dma.h"
#include "strategy.h"

#endif
