/* The link: UART0 or the chip's USB serial port. The console must be off (sdkconfig.defaults), or its lines are noise. */
#include "esp_err.h"
#include "freertos/FreeRTOS.h"
#include "parts.h"
#include "port.h"
#include "sdkconfig.h"

/** Holds a whole frame while a step runs. */
#define BUFFER_BYTES 5120

#if CONFIG_BETAGUARD_LINK_UART

#include "driver/uart.h"
#include "soc/uart_pins.h"

void serial_start(void) {
    const uart_config_t config = {
        .baud_rate = CONFIG_BETAGUARD_BAUD,
        .data_bits = UART_DATA_8_BITS,
        .parity = UART_PARITY_DISABLE,
        .stop_bits = UART_STOP_BITS_1,
        .flow_ctrl = UART_HW_FLOWCTRL_DISABLE,
        .source_clk = UART_SCLK_DEFAULT,
    };
    ESP_ERROR_CHECK(uart_driver_install(UART_NUM_0, BUFFER_BYTES, BUFFER_BYTES, 0, NULL, 0));
    ESP_ERROR_CHECK(uart_param_config(UART_NUM_0, &config));
    ESP_ERROR_CHECK(
        uart_set_pin(UART_NUM_0, U0TXD_GPIO_NUM, U0RXD_GPIO_NUM, UART_PIN_NO_CHANGE, UART_PIN_NO_CHANGE));
}

int port_link_read(uint8_t *into, int most) {
    int count = uart_read_bytes(UART_NUM_0, into, (uint32_t)most, 0);
    return count < 0 ? 0 : count;
}

void port_link_write(const uint8_t *from, int bytes) {
    uart_write_bytes(UART_NUM_0, from, (size_t)bytes);
}

#else

#include "driver/usb_serial_jtag.h"

/** With nobody at the other end there is never room: what then is not sent would have been lost anyhow. */
#define PATIENCE pdMS_TO_TICKS(PORT_WATCHDOG_MS / 5)

void serial_start(void) {
    usb_serial_jtag_driver_config_t config = {.tx_buffer_size = BUFFER_BYTES, .rx_buffer_size = BUFFER_BYTES};
    ESP_ERROR_CHECK(usb_serial_jtag_driver_install(&config));
}

int port_link_read(uint8_t *into, int most) {
    int count = usb_serial_jtag_read_bytes(into, (uint32_t)most, 0);
    return count < 0 ? 0 : count;
}

void port_link_write(const uint8_t *from, int bytes) {
    while (bytes > 0) {
        int count = usb_serial_jtag_write_bytes(from, (size_t)bytes, PATIENCE);
        if (count <= 0)
            return;
        from += count;
        bytes -= count;
    }
}

#endif
