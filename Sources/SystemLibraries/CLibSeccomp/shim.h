// libseccomp as Swift sees it; only Sandbox imports this module.
#pragma once
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/prctl.h>

// A macro with an argument.
static inline uint32_t devemu_seccomp_refuse(int error) { return SCMP_ACT_ERRNO((uint16_t)error); }

// Puts a program in force for the calling thread and all that it starts. 0, or -1 with errno set; the process
// must have given up new privileges. Follows seccomp(2).
static inline int devemu_seccomp_install(struct sock_filter *program, uint16_t count)
{
    struct sock_fprog whole = {.len = count, .filter = program};

    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &whole, 0, 0);
}

// Whether the kernel takes such programs: without one it answers EFAULT, else EINVAL.
static inline int devemu_seccomp_is_there(void)
{
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (void *)0, 0, 0) != 0 && errno == EFAULT;
}
