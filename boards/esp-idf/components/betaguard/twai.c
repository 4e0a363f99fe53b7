/* CAN by the TWAI controller, 500 kbit/s. Frames that do not fit into the queue are dropped: the next tick sends anew. */
#include "driver/twai.h"

#include <string.h>

#include "can.h"
#include "esp_err.h"
#include "parts.h"
#include "port.h"
#include "sdkconfig.h"

void twai_start_up(void) {
    twai_general_config_t general =
        TWAI_GENERAL_CONFIG_DEFAULT(CONFIG_BETAGUARD_CAN_TX_GPIO, CONFIG_BETAGUARD_CAN_RX_GPIO, TWAI_MODE_NORMAL);
    general.tx_queue_len = BG_CAN_FRAMES;
    const twai_timing_config_t timing = TWAI_TIMING_CONFIG_500KBITS();
    const twai_filter_config_t filter = TWAI_FILTER_CONFIG_ACCEPT_ALL();
    ESP_ERROR_CHECK(twai_driver_install(&general, &timing, &filter));
    ESP_ERROR_CHECK(twai_start());
}

/** Off the bus after too many errors: 128 quiet bits later it may begin again. */
static void come_back(void) {
    twai_status_info_t status;
    if (twai_get_status_info(&status) != ESP_OK)
        return;
    if (status.state == TWAI_STATE_BUS_OFF)
        twai_initiate_recovery();
    else if (status.state == TWAI_STATE_STOPPED)
        twai_start();
}

bool port_can_send(uint32_t identifier, const uint8_t *data, int bytes) {
    if (bytes < 0 || bytes > TWAI_FRAME_MAX_DLC)
        return false;
    twai_message_t message = {.identifier = identifier, .data_length_code = (uint8_t)bytes};
    memcpy(message.data, data, (size_t)bytes);
    esp_err_t result = twai_transmit(&message, 0);
    if (result == ESP_ERR_INVALID_STATE)
        come_back();
    return result == ESP_OK;
}
