/* Everything the firmware does happens in one task that nothing else of ours competes with. */
#include "betaguard_task.h"

void app_main(void) {
    betaguard_task_start();
}
