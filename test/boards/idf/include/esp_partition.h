#ifndef STUB_ESP_PARTITION_H
#define STUB_ESP_PARTITION_H
#include <stddef.h>
#include <stdint.h>

#include "esp_err.h"
typedef enum { ESP_PARTITION_TYPE_APP, ESP_PARTITION_TYPE_DATA } esp_partition_type_t;
typedef enum { ESP_PARTITION_SUBTYPE_ANY = 0xff } esp_partition_subtype_t;
typedef struct {
    uint32_t address;
    uint32_t size;
    char label[17];
} esp_partition_t;
const esp_partition_t *esp_partition_find_first(esp_partition_type_t type, esp_partition_subtype_t subtype,
                                                const char *label);
esp_err_t esp_partition_read(const esp_partition_t *from, size_t at, void *into, size_t bytes);
esp_err_t esp_partition_write(const esp_partition_t *into, size_t at, const void *from, size_t bytes);
esp_err_t esp_partition_erase_range(const esp_partition_t *of, size_t at, size_t bytes);
#endif
