// libseccomp as Swift sees it; only Sandbox imports this module.
#pragma once
#include <errno.h>
#include <seccomp.h>
#include <sys/prctl.h>

// Macros with arguments, and flags that only GNU headers show.
static inline uint32_t devemu_seccomp_refuse(int error) { return SCMP_ACT_ERRNO((uint16_t)error); }
static const uint64_t devemu_clone_thread = 0x00010000;
static const uint64_t devemu_set_parent_death_signal_option = PR_SET_PDEATHSIG;
