/*
 * The registers this port touches and nothing else. Names and offsets as in ST's reference manual RM0090 and, for the
 * core, in Arm's ARMv7-M architecture reference manual; bit names carry the register's name in front.
 */
#ifndef STM32F405_REGISTERS_H
#define STM32F405_REGISTERS_H

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define BIT(n) (1ul << (n))

/* ---- core ---- */

#define SYST_CSR REGISTER(0xe000e010)
#define SYST_CSR_ENABLE BIT(0)
#define SYST_CSR_TICKINT BIT(1)
#define SYST_CSR_CLKSOURCE BIT(2)
#define SYST_CSR_COUNTFLAG BIT(16)
#define SYST_RVR REGISTER(0xe000e014)
#define SYST_CVR REGISTER(0xe000e018)

#define NVIC_ISER(n) REGISTER(0xe000e100 + 4 * (n))

#define ICSR REGISTER(0xe000ed04)
#define ICSR_VECTACTIVE 0x1fful
#define ICSR_PENDSTCLR BIT(25)
#define ICSR_PENDSTSET BIT(26)
#define AIRCR REGISTER(0xe000ed0c)
#define AIRCR_VECTKEY (0x05faul << 16)
#define AIRCR_SYSRESETREQ BIT(2)
#define CCR REGISTER(0xe000ed14)
#define CCR_DIV_0_TRP BIT(4)
#define SHCSR REGISTER(0xe000ed24)
#define SHCSR_MEMFAULTENA BIT(16)
#define SHCSR_BUSFAULTENA BIT(17)
#define SHCSR_USGFAULTENA BIT(18)
#define CFSR REGISTER(0xe000ed28)
#define CFSR_BFARVALID BIT(15)
#define HFSR REGISTER(0xe000ed2c)
#define MMFAR REGISTER(0xe000ed34)
#define BFAR REGISTER(0xe000ed38)
#define CPACR REGISTER(0xe000ed88)
#define CPACR_FPU (0xful << 20)

/* ---- reset and clock control ---- */

#define RCC_CR REGISTER(0x40023800)
#define RCC_CR_HSEON BIT(16)
#define RCC_CR_HSERDY BIT(17)
#define RCC_CR_CSSON BIT(19)
#define RCC_CR_PLLON BIT(24)
#define RCC_CR_PLLRDY BIT(25)
#define RCC_PLLCFGR REGISTER(0x40023804)
#define RCC_PLLCFGR_PLLM(n) ((uint32_t)(n) << 0)
#define RCC_PLLCFGR_PLLN(n) ((uint32_t)(n) << 6)
#define RCC_PLLCFGR_PLLP(n) ((uint32_t)((n) / 2 - 1) << 16)
#define RCC_PLLCFGR_PLLSRC_HSE BIT(22)
#define RCC_PLLCFGR_PLLQ(n) ((uint32_t)(n) << 24)
#define RCC_CFGR REGISTER(0x40023808)
#define RCC_CFGR_SW_PLL 2ul
#define RCC_CFGR_SWS_PLL (2ul << 2)
#define RCC_CFGR_PPRE1_DIV4 (5ul << 10)
#define RCC_CFGR_PPRE2_DIV2 (4ul << 13)
#define RCC_AHB1ENR REGISTER(0x40023830)
#define RCC_AHB1ENR_GPIOAEN BIT(0)
#define RCC_AHB1ENR_GPIOBEN BIT(1)
#define RCC_AHB1ENR_GPIOCEN BIT(2)
#define RCC_APB1ENR REGISTER(0x40023840)
#define RCC_APB1ENR_CAN1EN BIT(25)
#define RCC_APB1ENR_PWREN BIT(28)
#define RCC_APB1ENR_DACEN BIT(29)
#define RCC_APB2ENR REGISTER(0x40023844)
#define RCC_APB2ENR_USART1EN BIT(4)
#define RCC_APB2ENR_ADC1EN BIT(8)
#define RCC_CSR REGISTER(0x40023874)
#define RCC_CSR_RMVF BIT(24)
#define RCC_CSR_BORRSTF BIT(25)
#define RCC_CSR_PINRSTF BIT(26)
#define RCC_CSR_PORRSTF BIT(27)
#define RCC_CSR_SFTRSTF BIT(28)
#define RCC_CSR_IWDGRSTF BIT(29)
#define RCC_CSR_WWDGRSTF BIT(30)

#define PWR_CR REGISTER(0x40007000)
#define PWR_CR_VOS BIT(14)

/* ---- pins ---- */

#define GPIOA 0x40020000ul
#define GPIOB 0x40020400ul
#define GPIOC 0x40020800ul
#define GPIO_MODER(port) REGISTER((port) + 0x00)
#define GPIO_PUPDR(port) REGISTER((port) + 0x0c)
#define GPIO_BSRR(port) REGISTER((port) + 0x18)
#define GPIO_AFR(port, n) REGISTER((port) + 0x20 + 4 * (n))

/* ---- serial ---- */

#define USART1_SR REGISTER(0x40011000)
#define USART_SR_RXNE BIT(5)
#define USART_SR_TXE BIT(7)
#define USART1_DR REGISTER(0x40011004)
#define USART1_BRR REGISTER(0x40011008)
#define USART1_CR1 REGISTER(0x4001100c)
#define USART_CR1_RE BIT(2)
#define USART_CR1_TE BIT(3)
#define USART_CR1_RXNEIE BIT(5)
#define USART_CR1_UE BIT(13)
#define USART1_IRQ 37

/* ---- independent watchdog ---- */

#define IWDG_KR REGISTER(0x40003000)
#define IWDG_KR_START 0xccccul
#define IWDG_KR_UNLOCK 0x5555ul
#define IWDG_KR_KICK 0xaaaaul
#define IWDG_PR REGISTER(0x40003004)
#define IWDG_PR_DIV16 2ul
#define IWDG_RLR REGISTER(0x40003008)

/* ---- flash interface ---- */

#define FLASH_ACR REGISTER(0x40023c00)
#define FLASH_ACR_LATENCY(n) ((uint32_t)(n))
#define FLASH_ACR_PRFTEN BIT(8)
#define FLASH_ACR_ICEN BIT(9)
#define FLASH_ACR_DCEN BIT(10)
#define FLASH_ACR_DCRST BIT(12)
#define FLASH_KEYR REGISTER(0x40023c04)
#define FLASH_KEY1 0x45670123ul
#define FLASH_KEY2 0xcdef89abul
#define FLASH_SR REGISTER(0x40023c0c)
#define FLASH_SR_EOP BIT(0)
#define FLASH_SR_ERRORS 0x1f2ul
#define FLASH_SR_BSY BIT(16)
#define FLASH_CR REGISTER(0x40023c10)
#define FLASH_CR_PG BIT(0)
#define FLASH_CR_SER BIT(1)
#define FLASH_CR_SNB(n) ((uint32_t)(n) << 3)
#define FLASH_CR_PSIZE_32 (2ul << 8)
#define FLASH_CR_STRT BIT(16)
#define FLASH_CR_LOCK BIT(31)

/* ---- CAN ---- */

#define CAN1_MCR REGISTER(0x40006400)
#define CAN_MCR_INRQ BIT(0)
#define CAN_MCR_TXFP BIT(2)
#define CAN_MCR_ABOM BIT(6)
#define CAN1_MSR REGISTER(0x40006404)
#define CAN_MSR_INAK BIT(0)
#define CAN1_TSR REGISTER(0x40006408)
#define CAN_TSR_CODE_SHIFT 24
#define CAN_TSR_TME (7ul << 26)
#define CAN1_ESR REGISTER(0x40006418)
#define CAN_ESR_BOFF BIT(2)
#define CAN1_BTR REGISTER(0x4000641c)
#define CAN_BTR_BRP(n) ((uint32_t)((n) - 1))
#define CAN_BTR_TS1(n) ((uint32_t)((n) - 1) << 16)
#define CAN_BTR_TS2(n) ((uint32_t)((n) - 1) << 20)
#define CAN1_TIR(n) REGISTER(0x40006580 + 16 * (n))
#define CAN_TIR_TXRQ BIT(0)
#define CAN_TIR_STID_SHIFT 21
#define CAN1_TDTR(n) REGISTER(0x40006584 + 16 * (n))
#define CAN1_TDLR(n) REGISTER(0x40006588 + 16 * (n))
#define CAN1_TDHR(n) REGISTER(0x4000658c + 16 * (n))

/* ---- analogue ---- */

#define ADC1_SR REGISTER(0x40012000)
#define ADC_SR_EOC BIT(1)
#define ADC1_CR2 REGISTER(0x40012008)
#define ADC_CR2_ADON BIT(0)
#define ADC_CR2_SWSTART BIT(30)
#define ADC1_SMPR1 REGISTER(0x4001200c)
#define ADC1_SMPR2 REGISTER(0x40012010)
/* 480 cycles for channels 10 … 18 and 0 … 9. */
#define ADC_SMPR1_LONGEST 0777777777ul
#define ADC_SMPR2_LONGEST 07777777777ul
#define ADC1_SQR1 REGISTER(0x4001202c)
#define ADC1_SQR3 REGISTER(0x40012034)
#define ADC1_DR REGISTER(0x4001204c)
#define ADC_CCR REGISTER(0x40012304)
#define ADC_CCR_ADCPRE_DIV4 BIT(16)

#define DAC_CR REGISTER(0x40007400)
#define DAC_CR_EN1 BIT(0)
#define DAC_DHR12R1 REGISTER(0x40007408)

#endif
