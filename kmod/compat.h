/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs between the kernels that are supported: 6.1 and newer. */
#ifndef IPCPP_COMPAT_H
#define IPCPP_COMPAT_H

#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "ipcpp needs Linux 6.1 or newer"
#endif

#ifndef CONFIG_64BIT
#error "ipcpp needs a 64-bit kernel"
#endif

/* Tasks that serve a user from inside the kernel; named differently over time. */
#ifdef PF_USER_WORKER
#define IPCPP_PF_USER_WORKER PF_USER_WORKER
#else
#define IPCPP_PF_USER_WORKER 0
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#define IPCPP_EXIT_PROBE_ARGS void *data, struct task_struct *task, bool group_dead
#else
#define IPCPP_EXIT_PROBE_ARGS void *data, struct task_struct *task
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void vm_flags_mod(struct vm_area_struct *vma, vm_flags_t set, vm_flags_t clear)
{
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
}
#endif

/* Pin pages of a memory that is not the caller's, under its mmap lock. */
static inline long ipcpp_pin_remote(struct mm_struct *mm, unsigned long start,
				    unsigned long pages, unsigned int flags,
				    struct page **page)
{
	/* Letting go of the lock makes a fault that waits killable. */
	int locked = 1;
	long pinned;

	mmap_read_lock(mm);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
	pinned = pin_user_pages_remote(mm, start, pages, flags, page, &locked);
#else
	pinned = pin_user_pages_remote(mm, start, pages, flags, page, NULL, &locked);
#endif
	if (locked)
		mmap_read_unlock(mm);
	return pinned;
}

/* The program that a memory was made for; the caller puts the file. */
static inline struct file *ipcpp_exe_file(struct mm_struct *mm)
{
	struct file *file;

	rcu_read_lock();
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	file = get_file_rcu(&mm->exe_file);
#else
	file = rcu_dereference(mm->exe_file);
	if (file && !get_file_rcu(file))
		file = NULL;
#endif
	rcu_read_unlock();
	return file;
}

#endif
