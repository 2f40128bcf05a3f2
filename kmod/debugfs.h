/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: sight
 *
 * What there is, for people and for tests: /sys/kernel/debug/ipcpp/state shows
 * all contexts, /proc/PID/fdinfo of an open door shows one, and
 * /sys/kernel/debug/ipcpp/counters must be all zeros when the last user is gone.
 */
#ifndef IPCPP_DEBUGFS_H
#define IPCPP_DEBUGFS_H

struct ipcpp_process;
struct seq_file;

void ipcpp_debugfs_show_process(struct seq_file *m, struct ipcpp_process *process);
void ipcpp_debugfs_init(void);
void ipcpp_debugfs_exit(void);

#endif
