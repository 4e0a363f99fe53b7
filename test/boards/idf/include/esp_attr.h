#ifndef STUB_ESP_ATTR_H
#define STUB_ESP_ATTR_H
#define RTC_NOINIT_ATTR __attribute__((section(".rtc_noinit")))
#endif
