/* What task.c brings up before firmware_run(). A failure aborts: the contactor then stays off. */
#ifndef BETAGUARD_ESP_PARTS_H
#define BETAGUARD_ESP_PARTS_H

void board_start(void);
void clock_start(void);
void flash_start(void);
void serial_start(void);
void twai_start_up(void);

#endif
