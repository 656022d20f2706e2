# my-plugin.so: rustc alone; the source declares what it uses of the headers in include/.
RUSTC ?= rustc
RUSTFLAGS ?= -O

my-plugin.so: my-plugin.rs devemu.rs
	$(RUSTC) --edition 2021 --crate-type cdylib --crate-name my_plugin $(RUSTFLAGS) -C panic=abort -o $@ $<

.PHONY: clean
clean:
	rm -f my-plugin.so
