// SPDX-License-Identifier: Apache-2.0
//
// my-plugin - a device whose buffers are gathered chunk by chunk, fail-fast.
//
// `run` is one session: the buffers are gathered, used for a while and given back. A scene calls the two
// halves as operations of their own, `start` and `stop`; what lives from one to the other belongs to
// the instance, behind driver_data, because a scene may have several of them.
#[macro_use]
mod devemu;

use devemu::*;

// What devemu reads before it loads this file. Each argument of an entry is a param; their defaults and
// ranges are checked before the entry is called. `devemu plugin inspect my-plugin.so` shows them.
devemu_plugin_note!(
    b"abi-min=2\0abi=2\0\
    id=org.example.my-plugin\0\
    version=0.1\0\
    license=Apache-2.0\0\
    summary=gathers buffers of chunks without waiting for any\0\
    entry=my_plugin_run:i32(ptr host, u32 buffers, u32 order)\0\
    entry=my_plugin_start:i32(ptr host, u32 buffers, u32 order)\0\
    entry=my_plugin_stop:i32(ptr host)\0\
    param=buffers:u32:4:2..16:buffers wanted; the device works with 2\0\
    param=order:u32:4:0..10:a chunk is 2^order pages\0"
);

const MINIMUM: u32 = 2;
const CHUNKS: usize = 32; // of a buffer

struct Buffer {
    index: u32, // in the buffer set
    chunks: Vec<Page>,
}

struct MyDevice {
    dev: Device,
    set: BufferSet,
    order: u32,
    buffers: Vec<Buffer>,
}

impl MyDevice {
    /// The instance's device, registered at the first call.
    unsafe fn get(host: &Host) -> &mut MyDevice {
        if (*host.driver_data).is_null() {
            let dev = (host.device_register)(host.context, b"my-plugin\0".as_ptr().cast());
            let device = MyDevice { dev, set: std::ptr::null_mut(), order: 0, buffers: Vec::new() };
            *host.driver_data = Box::into_raw(Box::new(device)).cast();
        }
        &mut *(*host.driver_data).cast()
    }

    unsafe fn release(&self, host: &Host, chunks: &[Page]) {
        let area = (host.dev_get_cma_area)(host.context, self.dev);
        for &chunk in chunks {
            (host.cma_release)(host.context, area, chunk, 1 << self.order);
        }
    }

    /// One buffer. A chunk that is not to be had at once ends it: what was got until then goes back.
    unsafe fn gather(&self, host: &Host) -> Option<Buffer> {
        let (area, order) = ((host.dev_get_cma_area)(host.context, self.dev), self.order);
        let mut chunks = Vec::with_capacity(CHUNKS);
        while chunks.len() < CHUNKS {
            let chunk = (host.cma_alloc)(host.context, area, 1 << order, order, CMA_ALLOC_FAIL_FAST);
            if chunk.is_null() {
                self.release(host, &chunks);
                return None;
            }
            chunks.push(chunk);
        }
        let index = (host.buffer_set_add)(host.context, self.set, chunks.as_ptr(), CHUNKS, 1 << order);
        if index < 0 {
            self.release(host, &chunks);
            return None;
        }
        Some(Buffer { index: index as u32, chunks })
    }
}

#[no_mangle]
pub unsafe extern "C" fn my_plugin_start(host: *const Host, buffers: u32, order: u32) -> i32 {
    my_plugin_stop(host); // a second start is a restart
    let Some(host) = Host::attach(host) else { return -EINVAL };
    let device = MyDevice::get(host);
    device.order = order;
    let name = b"frames\0".as_ptr().cast();
    device.set = (host.buffer_set_open)(host.context, device.dev, name, buffers, MINIMUM);
    while device.buffers.len() < buffers as usize {
        let Some(buffer) = device.gather(host) else { break };
        device.buffers.push(buffer);
    }
    if (host.buffer_set_close)(host.context, device.set) < MINIMUM as i32 {
        let text = b"too few buffers to start the device\0";
        (host.log)(host.context, DEVEMU_LOG_WARNING, text.as_ptr().cast());
    }
    0
}

#[no_mangle]
pub unsafe extern "C" fn my_plugin_stop(host: *const Host) -> i32 {
    let Some(host) = Host::attach(host) else { return -EINVAL };
    let device = MyDevice::get(host);
    for buffer in std::mem::take(&mut device.buffers) {
        (host.buffer_set_remove)(host.context, device.set, buffer.index);
        device.release(host, &buffer.chunks);
    }
    0
}

#[no_mangle]
pub unsafe extern "C" fn my_plugin_run(host: *const Host, buffers: u32, order: u32) -> i32 {
    let err = my_plugin_start(host, buffers, order);
    if err == 0 {
        ((*host).sleep_ns)((*host).context, 100_000_000);
        my_plugin_stop(host);
    }
    err
}
