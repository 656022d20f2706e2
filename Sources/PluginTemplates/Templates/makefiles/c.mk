# my-plugin.so: a C compiler and the headers in include/, nothing else of devemu.
CFLAGS ?= -O2 -Wall -Wextra

my-plugin.so: my-plugin.c include/devemu/*.h
	$(CC) -std=gnu11 $(CFLAGS) -Iinclude -shared -fPIC -fvisibility=hidden -Wl,-z,relro,-z,now -o $@ $<

.PHONY: clean
clean:
	rm -f my-plugin.so
