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
 * the entry point and end with its return.
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
#define DEVEMU_ABI 1
#define DEVEMU_ABI_MIN 1

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
 *   entry=     SYMBOL:SIGNATURE                             once or more, the first is what runs
 *   param=     NAME:TYPE:DEFAULT:RANGE:HELP                 any number
 *
 * SIGNATURE is RET(ARG, ...) over the types void i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 size ptr
 * cstr. The argument named "host" receives the host table; every other argument is named after a
 * param and has its type. RANGE is LOW..HIGH for numbers, A|B|C for strings, or empty. */
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

struct page;       /* one page frame; never dereferenced, see page_to_pfn() */
struct cma;        /* a contiguous area as one device sees it */
struct device;     /* an emulated device */
struct buffer_set; /* the buffers a device needs at the same time */

enum cma_alloc_mode {
    CMA_ALLOC_NORMAL = 0,    /* Linux 6.1 as it is: drains, waits, retries */
    CMA_ALLOC_FAIL_FAST = 1, /* CMA_ALLOC_FAIL_FAST of December 2020: no drain, no wait, one try */
};

enum devemu_log_level { DEVEMU_LOG_ERROR = 3, DEVEMU_LOG_WARNING = 4, DEVEMU_LOG_INFO = 6 };

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
};

/* One pointer in the whole plugin, whatever the number of its source files. */
__attribute__((weak, visibility("hidden"))) const struct devemu_host *devemu_host_table;

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

/* Announces a device. Returns NULL when the name is empty, taken, or not UTF-8. `name` is copied. */
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
 * then. */
static inline bool cma_release(struct cma *cma, const struct page *pages, unsigned long count)
{
    return devemu_host_table->cma_release(devemu_host_table->context, cma, pages, count) != 0;
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
 * with `min` (1 <= min <= wanted). NULL on a bad argument. One set is open per device at a time. */
static inline struct buffer_set *buffer_set_open(struct device *dev, const char *name,
                                                 unsigned int wanted, unsigned int min)
{
    return devemu_host_table->buffer_set_open(devemu_host_table->context, dev, name, wanted, min);
}

/* Adds one complete buffer, made of `nr_chunks` allocations of `chunk_pages` pages each. Returns
 * its index, or -22 when a chunk is not held by the set's device or is part of a buffer already, or
 * the set is full or closed. */
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

#ifdef __cplusplus
}
#endif

#endif
