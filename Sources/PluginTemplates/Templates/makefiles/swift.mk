# my-plugin.so: a Swift and a C compiler and the headers in include/, nothing else of devemu.
SWIFTC ?= swiftc
SWIFTFLAGS ?= -O
CFLAGS ?= -O2 -Wall -Wextra

# What Swift's runtime made of the plugin cannot be unloaded: nodelete.
my-plugin.so: my-plugin.swift Note.swift plugin.o
	$(SWIFTC) -swift-version 6 $(SWIFTFLAGS) -wmo -parse-as-library -module-name my_plugin_module -emit-library \
	    -Iinclude -Xlinker -z -Xlinker nodelete -o $@ $^

# The ELF note as words, because Swift lays out no strings in a section.
Note.swift: note.txt generate-note.sh include/devemu/plugin.h
	sh generate-note.sh include/devemu/plugin.h <note.txt >$@

# The header's one variable, which Swift sees but does not define.
plugin.o: include/devemu/plugin.h
	$(CC) -std=gnu11 $(CFLAGS) -fPIC -fvisibility=hidden -x c -c $< -o $@

.PHONY: clean
clean:
	rm -f my-plugin.so Note.swift plugin.o
