/* simulate.h - for tests: runs nothing (docs/formats.md, "Simulated jobs") */
#ifndef LAUNCHER_SCHEDULER_SIMULATE_SIMULATE_H
#define LAUNCHER_SCHEDULER_SIMULATE_SIMULATE_H

extern const struct scheduler_ops simulate_ops;

#endif
