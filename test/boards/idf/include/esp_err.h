#ifndef STUB_ESP_ERR_H
#define STUB_ESP_ERR_H
typedef int esp_err_t;
#define ESP_OK 0
#define ESP_ERR_INVALID_STATE 0x103
void esp_abort_unless(esp_err_t result);
#define ESP_ERROR_CHECK(x) esp_abort_unless(x)
#endif
