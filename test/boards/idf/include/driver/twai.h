#ifndef STUB_DRIVER_TWAI_H
#define STUB_DRIVER_TWAI_H
#include <stdint.h>

#include "esp_err.h"
#include "freertos/FreeRTOS.h"
#define TWAI_FRAME_MAX_DLC 8
typedef enum { TWAI_MODE_NORMAL } twai_mode_t;
typedef enum { TWAI_STATE_STOPPED, TWAI_STATE_RUNNING, TWAI_STATE_BUS_OFF, TWAI_STATE_RECOVERING } twai_state_t;
typedef struct {
    twai_mode_t mode;
    int tx_io, rx_io;
    uint32_t tx_queue_len, rx_queue_len;
} twai_general_config_t;
typedef struct {
    uint32_t brp;
} twai_timing_config_t;
typedef struct {
    uint32_t acceptance_mask;
} twai_filter_config_t;
typedef struct {
    union {
        struct {
            uint32_t extd : 1;
            uint32_t rtr : 1;
            uint32_t ss : 1;
        };
        uint32_t flags;
    };
    uint32_t identifier;
    uint8_t data_length_code;
    uint8_t data[TWAI_FRAME_MAX_DLC];
} twai_message_t;
typedef struct {
    twai_state_t state;
} twai_status_info_t;
#define TWAI_GENERAL_CONFIG_DEFAULT(tx, rx, op_mode) {.mode = op_mode, .tx_io = tx, .rx_io = rx, .tx_queue_len = 5, .rx_queue_len = 5}
#define TWAI_TIMING_CONFIG_500KBITS() {.brp = 8}
#define TWAI_FILTER_CONFIG_ACCEPT_ALL() {.acceptance_mask = 0xffffffff}
esp_err_t twai_driver_install(const twai_general_config_t *general, const twai_timing_config_t *timing,
                              const twai_filter_config_t *filter);
esp_err_t twai_start(void);
esp_err_t twai_transmit(const twai_message_t *message, TickType_t wait);
esp_err_t twai_initiate_recovery(void);
esp_err_t twai_get_status_info(twai_status_info_t *info);
#endif
