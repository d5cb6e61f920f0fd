#include "launcher/scheduler/local/local_proc.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "launcher/common/clock.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/environment.h"

#define ENVIRON_MAX \
    (8UL * LIMIT_MIB)   /* of one process; Linux gives a quarter of the stack limit */
#define SIGNAL_ROUNDS 3 /* what forked while we looked is met the next time */

int local_proc_parse_stat(const char *text, struct local_stat *ret_stat)
{
    const char *rest = strrchr(text, ')');
    char state;
    int session;
    unsigned long long ticks;

    if (!rest)
        return -1;
    /* Fields 3 … 22 of proc(5): state ppid pgrp session … starttime */
    if (sscanf(rest,
               ") %c %*d %*d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d "
               "%*d %*d %llu",
               &state, &session, &ticks) != 3)
        return -1;
    *ret_stat = (struct local_stat){
        .state = state, .session = session, .start_ticks = (double)ticks};
    return 0;
}

static DIR *open_proc(void)
{
    return opendir("/proc");
}

static void close_dir(DIR **folder)
{
    if (*folder)
        closedir(*folder);
}

/* The next process of this user: its pid, or 0 at the end. */
static pid_t next_process(DIR *proc)
{
    const struct dirent *entry;

    while ((entry = readdir(proc)) != NULL) {
        struct stat info;
        if (!isdigit((unsigned char)entry->d_name[0]))
            continue;
        if (fstatat(dirfd(proc), entry->d_name, &info, 0) == 0 &&
            info.st_uid == geteuid())
            return (pid_t)strtol(entry->d_name, NULL, 10);
    }
    return 0;
}

/* A file of /proc/PID, which has no size to ask for. Fails silently: processes end. */
static int read_file(pid_t pid, const char *name, size_t max, struct text *text)
{
    char path[64], buffer[4096];

    snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, name);
    cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    text_init(text, max);
    for (;;) {
        ssize_t size = read(fd, buffer, sizeof buffer);
        if (size <= 0)
            return size == 0 && !text->is_full ? 0 : -1;
        text_add_bytes(text, buffer, (size_t)size);
    }
}

static int read_stat(pid_t pid, struct local_stat *ret_stat)
{
    cleanup_text struct text text = {0};

    if (read_file(pid, "stat", 4096, &text) < 0)
        return -1;
    return local_proc_parse_stat(text_string(&text), ret_stat);
}

static void split_environment(const struct text *text, struct words *words)
{
    for (size_t at = 0; at < text->size; at += strlen(text->bytes + at) + 1)
        words_add(words, text->bytes + at);
}

static double seconds_since_boot(void)
{
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void inspect_outputs(pid_t pid, struct local_processes *processes)
{
    cleanup_text struct text text = {0};
    cleanup_words struct words environment = {0};
    struct local_stat stat;

    if (read_stat(pid, &stat) < 0 || stat.session != pid || stat.state == 'Z' ||
        stat.state == 'X' || read_file(pid, "environ", ENVIRON_MAX, &text) < 0)
        return;
    split_environment(&text, &environment);
    const char *id = environment_get(environment.items, LOCAL_PROC_JOB);
    const char *name = environment_get(environment.items, LOCAL_PROC_NAME);
    const char *digits = environment_get(environment.items, LOCAL_PROC_PID);
    if (!id || !*id || strlen(id) >= JOB_ID_SIZE || !name || !digits ||
        strtol(digits, NULL, 10) != pid)
        return;
    processes->items = xgrow(processes->items, processes->count, &processes->cap,
                             sizeof *processes->items);
    struct local_process *process = &processes->items[processes->count++];
    *process = (struct local_process){.pid = pid, .name = xstrdup(name)};
    snprintf(process->id, sizeof process->id, "%s", id);
    double ticks_per_second = (double)sysconf(_SC_CLK_TCK);
    process->started_at =
        clock_wall() - (seconds_since_boot() - stat.start_ticks / ticks_per_second);
}

int local_proc_scan(struct local_processes *ret_processes, struct error *err)
{
    cleanup_with(close_dir) DIR *proc = open_proc();
    struct local_processes processes = {0};

    if (!proc)
        return error_set_errno(err, ERROR_SCHEDULER,
                               "cannot look for local jobs in '/proc'");
    for (pid_t pid = next_process(proc); pid > 0; pid = next_process(proc))
        inspect_outputs(pid, &processes);
    *ret_processes = processes;
    return 0;
}

void local_processes_release(struct local_processes *processes)
{
    for (size_t i = 0; i < processes->count; i++)
        free(processes->items[i].name);
    free(processes->items);
    *processes = (struct local_processes){0};
}

void local_proc_signal_session(pid_t leader, int signal)
{
    for (int round = 0; round < SIGNAL_ROUNDS; round++) {
        cleanup_with(close_dir) DIR *proc = open_proc();
        bool is_any = false;
        if (!proc)
            return;
        for (pid_t pid = next_process(proc); pid > 0; pid = next_process(proc)) {
            struct local_stat stat;
            if (read_stat(pid, &stat) < 0 || stat.session != leader ||
                stat.state == 'Z')
                continue;
            is_any = true;
            kill(pid, signal);
        }
        if (!is_any)
            return;
    }
}
