// SPDX-License-Identifier: Apache-2.0
//
// The functions of the host, as include/devemu/plugin.h declares them in C: units, errors and lifetimes are
// written there. Fields are only ever added at the end of the table; attach() sees to it that the host has
// all of these.
#![allow(dead_code)]

use std::ffi::{c_char, c_void};

/// Handles; never dereferenced.
pub type Device = *mut c_void;
pub type Cma = *mut c_void;
pub type Page = *const c_void;
pub type BufferSet = *mut c_void;

pub const EINVAL: i32 = 22;
pub const ENOMEM: i32 = 12;

/// `mode` of cma_alloc.
pub const CMA_ALLOC_NORMAL: u32 = 0;
pub const CMA_ALLOC_FAIL_FAST: u32 = 1;

/// `level` of log.
pub const DEVEMU_LOG_ERROR: u32 = 3;
pub const DEVEMU_LOG_WARNING: u32 = 4;
pub const DEVEMU_LOG_INFO: u32 = 6;

/// What cma_look saw, the worst last.
pub const CMA_CLEAR: u32 = 0;
pub const CMA_ON_PCP_LIST: u32 = 1;
pub const CMA_IN_LRU_BATCH: u32 = 2;

/// A flag of an effort: never wait for a page lock or for writeback.
pub const CMA_ASYNC: u32 = 8;

/// How hard one allocation tries.
#[repr(C)]
pub struct CmaEffort {
    pub size: u32,
    pub flags: u32,
    pub migrate_tries: u32,
    pub rescans: u32,
    pub rescan_delay_ns: u64,
}

/// The beginning of struct devemu_host: what a plugin does not use may be left off at the end. The first argument of each function is `context`.
#[repr(C)]
pub struct Host {
    pub size: u32,
    pub abi: u32,
    pub context: *mut c_void,
    pub page_base: usize,
    pub page_stride: usize,
    pub device_register: unsafe extern "C" fn(*mut c_void, *const c_char) -> Device,
    pub dev_get_cma_area: unsafe extern "C" fn(*mut c_void, Device) -> Cma,
    pub cma_alloc: unsafe extern "C" fn(*mut c_void, Cma, usize, u32, u32) -> Page,
    pub cma_release: unsafe extern "C" fn(*mut c_void, Cma, Page, u64) -> i32,
    pub ktime_get_ns: unsafe extern "C" fn(*mut c_void) -> u64,
    pub sleep_ns: unsafe extern "C" fn(*mut c_void, u64),
    pub buffer_set_open: unsafe extern "C" fn(*mut c_void, Device, *const c_char, u32, u32) -> BufferSet,
    pub buffer_set_add: unsafe extern "C" fn(*mut c_void, BufferSet, *const Page, usize, usize) -> i32,
    pub buffer_set_close: unsafe extern "C" fn(*mut c_void, BufferSet) -> i32,
    pub log: unsafe extern "C" fn(*mut c_void, u32, *const c_char),
    pub cma_gather: unsafe extern "C" fn(*mut c_void, Cma, usize, usize, u32, *mut Page) -> usize,
    pub cma_alloc_effort: unsafe extern "C" fn(*mut c_void, Cma, usize, u32, *const CmaEffort) -> Page,
    pub cma_next_window: unsafe extern "C" fn(*mut c_void, Cma, usize, usize, u32) -> i64,
    pub cma_try_window: unsafe extern "C" fn(*mut c_void, Cma, usize, usize, *const CmaEffort) -> Page,
    pub cma_look: unsafe extern "C" fn(*mut c_void, Cma, usize, usize, *mut usize) -> u32,
    pub cma_drain_all: unsafe extern "C" fn(*mut c_void, Cma),
    pub cma_pages: unsafe extern "C" fn(*mut c_void, Cma) -> usize,
    /// Of this instance, null at the start of the run.
    pub driver_data: *mut *mut c_void,
    pub instance_name: *const c_char,
    pub dma_set_limits: unsafe extern "C" fn(*mut c_void, Device, *const c_void) -> i32,
    pub buffer_set_add_segments:
        unsafe extern "C" fn(*mut c_void, BufferSet, *const c_void, usize, *const usize, usize) -> i32,
    pub buffer_set_remove: unsafe extern "C" fn(*mut c_void, BufferSet, u32) -> i32,
}

impl Host {
    /// The table behind the argument of an entry; None when the host is older than this file.
    ///
    /// # Safety
    /// `host` is what devemu passed; the reference ends with the call.
    pub unsafe fn attach<'call>(host: *const Host) -> Option<&'call Host> {
        let header = host.cast::<u32>();
        if host.is_null() || (*header as usize) < std::mem::size_of::<Host>() || *header.add(1) < 2 {
            return None;
        }
        Some(&*host)
    }
}

/// The plugin's ELF note, see DEVEMU_PLUGIN_NOTE in include/devemu/plugin.h.
#[repr(C, align(4))]
pub struct Note<const SIZE: usize> {
    pub name_size: u32,
    pub description_size: u32,
    pub kind: u32,
    pub name: [u8; 8],
    pub description: [u8; SIZE],
}

/// Places the description in the file, as an ELF note that devemu reads without loading the plugin.
macro_rules! devemu_plugin_note {
    ($text:expr) => {
        #[used]
        #[link_section = ".note.devemu"]
        static DEVEMU_PLUGIN_NOTE: devemu::Note<{ $text.len() }> = devemu::Note {
            name_size: 7,
            description_size: $text.len() as u32,
            kind: 0x4445_5601,
            name: *b"DEVEMU\0\0",
            description: *$text,
        };
    };
}
