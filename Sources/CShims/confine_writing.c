#define _GNU_SOURCE
#include "confine_writing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's interface as landlock(7) describes it; headers of older systems lack its newer parts. */
enum {
    CREATE_RULESET = 444,
    ADD_RULE = 445,
    RESTRICT_SELF = 446,
    ASK_REVISION = 1,
    RULE_PATH_BENEATH = 1,
};

enum {
    WRITE_FILE = 1 << 1,
    REMOVE_DIR = 1 << 4,
    REMOVE_FILE = 1 << 5,
    MAKE_CHAR = 1 << 6,
    MAKE_DIR = 1 << 7,
    MAKE_REG = 1 << 8,
    MAKE_SOCK = 1 << 9,
    MAKE_FIFO = 1 << 10,
    MAKE_BLOCK = 1 << 11,
    MAKE_SYM = 1 << 12,
    REFER = 1 << 13,     /* revision 2 */
    TRUNCATE = 1 << 14,  /* revision 3 */
    IOCTL_DEV = 1 << 15, /* revision 5 */
    BIND_TCP = 1 << 0,  /* revision 4 */
    CONNECT_TCP = 1 << 1,
    ABSTRACT_UNIX_SOCKET = 1 << 0, /* revision 6 */
    SIGNAL = 1 << 1,
};

struct ruleset {
    uint64_t files, ports, scopes;
};

struct path_rule {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

int devemu_landlock_revision(void)
{
    return (int)syscall(CREATE_RULESET, NULL, 0, ASK_REVISION);
}

static void allow(int ruleset, const char *path, uint64_t allowed)
{
    struct path_rule rule = {.allowed = allowed, .parent = open(path, O_PATH | O_CLOEXEC)};

    if (rule.parent < 0)
        return;
    syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0);
    close(rule.parent);
}

int devemu_confine_writing(const char *folder)
{
    int revision = devemu_landlock_revision();

    if (revision < 1)
        return -1;
    uint64_t to_a_file = WRITE_FILE | (revision >= 3 ? TRUNCATE : 0);
    uint64_t in_the_folder = to_a_file | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SYM |
                             (revision >= 2 ? REFER : 0);
    struct ruleset rules = {
        /* What is refused everywhere, in the folder too: nodes of devices, and ioctl() on them. */
        .files = in_the_folder | MAKE_CHAR | MAKE_BLOCK | MAKE_SOCK | MAKE_FIFO |
                 (revision >= 5 ? IOCTL_DEV : 0),
        .ports = revision >= 4 ? BIND_TCP | CONNECT_TCP : 0,
        .scopes = revision >= 6 ? ABSTRACT_UNIX_SOCKET | SIGNAL : 0,
    };
    /* Older kernels know the beginning only, and refuse more even if it is zero. */
    size_t size = revision >= 6 ? sizeof(rules) : revision >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
    int ruleset = (int)syscall(CREATE_RULESET, &rules, size, 0);

    if (ruleset < 0)
        return -1;
    if (folder)
        allow(ruleset, folder, in_the_folder);
    allow(ruleset, "/dev/null", to_a_file);
    int failed = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(RESTRICT_SELF, ruleset, 0) != 0;
    int error = errno;

    close(ruleset);
    errno = error;
    return failed ? -1 : revision;
}
