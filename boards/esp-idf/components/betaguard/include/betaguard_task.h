#ifndef BETAGUARD_TASK_H
#define BETAGUARD_TASK_H

/** Starts the firmware in a task of its own, on the core that no radio uses where there are two. Once. */
void betaguard_task_start(void);

#endif
