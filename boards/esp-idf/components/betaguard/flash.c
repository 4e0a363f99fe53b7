/* The store: the partition `betaguard` of partitions.csv. */
#include "esp_partition.h"
#include "parts.h"
#include "port.h"

/** As the partition's type in partitions.csv. */
#define SUBTYPE 0x40
#define ERASE_BYTES 4096u

const uint32_t port_store_sectors = 4;
const uint32_t port_store_sector_bytes = 65536;

static const esp_partition_t *partition;

void flash_start(void) {
    partition = esp_partition_find_first(ESP_PARTITION_TYPE_DATA, (esp_partition_subtype_t)SUBTYPE, "betaguard");
    // Another partition table: no storage.
    if (partition && partition->size < port_store_sectors * port_store_sector_bytes)
        partition = NULL;
}

bool port_store_read(uint32_t at, uint8_t *into, uint32_t bytes) {
    return partition && esp_partition_read(partition, at, into, bytes) == ESP_OK;
}

bool port_store_erase(uint32_t sector) {
    if (!partition || sector >= port_store_sectors)
        return false;
    // 4 KiB take 45 ms, at worst 400: the watchdog is kicked in between.
    for (uint32_t done = 0; done < port_store_sector_bytes; done += ERASE_BYTES) {
        port_watchdog_kick();
        if (esp_partition_erase_range(partition, sector * port_store_sector_bytes + done, ERASE_BYTES) != ESP_OK)
            return false;
    }
    return true;
}

bool port_store_write(uint32_t at, const uint8_t *from, uint32_t bytes) {
    return partition && esp_partition_write(partition, at, from, bytes) == ESP_OK;
}
