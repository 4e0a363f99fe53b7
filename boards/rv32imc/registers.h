/*
 * The devices of `qemu-system-riscv32 -M virt` this port uses, at the addresses its device tree gives, and the
 * processor's own registers. The names are those of the devices' manuals.
 */
#ifndef RV32IMC_REGISTERS_H
#define RV32IMC_REGISTERS_H

#include <stdint.h>

#define REGISTER_8(address) (*(volatile uint8_t *)(address))
#define REGISTER_32(address) (*(volatile uint32_t *)(address))

/* ---- reset and power: SiFive's test finisher ---- */
#define TEST_FINISHER REGISTER_32(0x00100000u)
#define TEST_RESET 0x7777u

/* ---- timer: CLINT ---- */
#define MTIMECMP_LOW REGISTER_32(0x02004000u)
#define MTIMECMP_HIGH REGISTER_32(0x02004004u)
#define MTIME_LOW REGISTER_32(0x0200bff8u)
#define MTIME_HIGH REGISTER_32(0x0200bffcu)
#define MTIME_HZ 10000000u

/* ---- interrupt controller: PLIC, hart 0 in machine mode ---- */
#define PLIC_PRIORITY(source) REGISTER_32(0x0c000000u + 4 * (source))
#define PLIC_ENABLE REGISTER_32(0x0c002000u)
#define PLIC_THRESHOLD REGISTER_32(0x0c200000u)
#define PLIC_CLAIM REGISTER_32(0x0c200004u)

/* ---- UART: 16550A ---- */
#define UART_INTERRUPT 10u
#define UART_DATA REGISTER_8(0x10000000u)
#define UART_IER REGISTER_8(0x10000001u)
#define UART_IER_RECEIVED 0x01u
#define UART_FCR REGISTER_8(0x10000002u)
#define UART_FCR_ENABLE 0xc7u /* both FIFOs on and empty, interrupt from 14 bytes or a pause of 4 */
#define UART_DIVISOR REGISTER_8(0x10000000u) /* low byte, while the divisor is selected */
#define UART_LCR_DIVISOR 0x80u
#define UART_LCR REGISTER_8(0x10000003u)
#define UART_LCR_8N1 0x03u
#define UART_LSR REGISTER_8(0x10000005u)
#define UART_LSR_RECEIVED 0x01u
#define UART_LSR_ROOM 0x20u

/* ---- second flash bank: CFI, Intel commands, 32 bits wide, sectors of 256 KiB ---- */
#define FLASH_START 0x22000000u
#define FLASH_SECTOR_BYTES 0x40000u
#define FLASH_READ_ARRAY 0xffu
#define FLASH_PROGRAM_WORD 0x40u
#define FLASH_ERASE_SETUP 0x20u
#define FLASH_ERASE_CONFIRM 0xd0u
#define FLASH_CLEAR_STATUS 0x50u
#define FLASH_STATUS_READY 0x80u
#define FLASH_STATUS_FAILED 0x3au

/* ---- control and status registers: GCC 12 has no libraries for an rv32imc that admits to having them ---- */
#define CSR(instruction)                                                                                              \
    ".option push\n"                                                                                                  \
    ".option arch, +zicsr\n" instruction "\n"                                                                         \
    ".option pop\n"
#define csr_read(name, value) __asm volatile(CSR("csrr %0, " name) : "=r"(value))
#define csr_write(name, value) __asm volatile(CSR("csrw " name ", %0") ::"r"(value) : "memory")
#define csr_set(name, bits) __asm volatile(CSR("csrs " name ", %0") ::"r"(bits) : "memory")
#define csr_clear(name, bits) __asm volatile(CSR("csrc " name ", %0") ::"r"(bits) : "memory")

#define MSTATUS_MIE 0x8u
#define MIE_TIMER 0x80u
#define MIE_EXTERNAL 0x800u
#define MCAUSE_TIMER 0x80000007u
#define MCAUSE_LOAD_ACCESS 5u
#define MCAUSE_STORE_ACCESS 7u
/* Locked, so that it binds machine mode; naturally aligned power of two; no access. */
#define PMPCFG_DENY 0x98u
#define PMPADDR_NAPOT(start, bytes) ((uint32_t)(start) >> 2 | ((bytes) / 8 - 1))

#endif
