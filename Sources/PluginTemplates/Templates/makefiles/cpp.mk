# my-plugin.so: a C++ compiler and the headers in include/, nothing else of devemu.
CXXFLAGS ?= -O2 -Wall -Wextra

my-plugin.so: my-plugin.cpp include/devemu/*.h
	$(CXX) -std=c++17 $(CXXFLAGS) -Iinclude -shared -fPIC -fvisibility=hidden -Wl,-z,relro,-z,now -o $@ $<

.PHONY: clean
clean:
	rm -f my-plugin.so
