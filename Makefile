# SPDX-License-Identifier: MIT
# The front door. `make help` lists the rooms.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := all

PREFIX ?= /usr/local
DESTDIR ?=
BUILD_TYPE ?= RelWithDebInfo

all: kmod lib  ## module, library, tools and tests

# --- the module ----------------------------------------------------------------------------------------------------

# KDIR= names a kernel build directory; without it the running kernel's headers, else the newest installed ones, else
# the stock 6.1 of the cache, which is fetched. The result is build/kmod/host/ipcpp.ko.
kmod:  ## the module, for KDIR= or the running kernel
	@scripts/kmod-host $(KDIR)

kmod-6.1 kmod-6.12 kmod-debug kmod-uml: kmod-%:  ## the module for one kernel of scripts/kernel
	@scripts/kmod-build $*

kmod-tree:  # the module for the kernel tree TREE=, which scripts/vm can boot
	@scripts/kmod-build "$(TREE)"

# --- the library, its tools, the tests -----------------------------------------------------------------------------

lib: build/CMakeCache.txt  ## library, tools, examples and tests, in build/
	@cmake --build build -j "$$(nproc)"

build/CMakeCache.txt:
	@cmake -S . -B build -DCMAKE_BUILD_TYPE="$(BUILD_TYPE)" -DCMAKE_INSTALL_PREFIX="$(PREFIX)"

# --- into the system and out again ---------------------------------------------------------------------------------

install: all  ## install below PREFIX= (module: /lib/modules); DESTDIR= for packages
	@PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" scripts/install

uninstall:  ## remove exactly what install put there
	@PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" scripts/install --remove

# --- proof ---------------------------------------------------------------------------------------------------------

demo: lib  ## a first look, in a throw-away machine unless the module is loaded
	@scripts/demo

check:  ## everything: lint, unit tests, and all tests on every kernel
	@scripts/check

check-fast:  ## unit tests and User-Mode Linux only
	@scripts/check unit uml

check-host: lib  ## the guest tests on this very machine (root; the module must be loaded or loadable)
	@scripts/check-host

stress: lib  ## the storms, at full size
	@scripts/stress

lint:  ## sparse, checkpatch, clang-format, clang-tidy, shellcheck and house rules
	@scripts/lint

coverage:  ## line coverage of module and library
	@scripts/coverage

# --- the rest ------------------------------------------------------------------------------------------------------

clean:  ## remove build/ (fetched kernels stay in their cache)
	@rm -rf build

help:  ## this list
	@sed -nE 's/^([a-z][a-z0-9. -]*):[^#]*  ## (.*)/  make \1\t\2/p' Makefile | expand -t 36

.PHONY: all kmod kmod-6.1 kmod-6.12 kmod-debug kmod-uml kmod-tree lib install uninstall demo check check-fast check-host \
	stress lint coverage clean help
