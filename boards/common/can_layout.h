/* Generated from host/schema by `npm run generate`. Do not edit. */
#ifndef BETAGUARD_CAN_LAYOUT_H
#define BETAGUARD_CAN_LAYOUT_H

#include "layout.h"

#define BG_CAN_MESSAGES 11
/* Most frames of one control tick. */
#define BG_CAN_FRAMES 18
#define BG_CAN_EVERY_PAGE 255
#define BG_CAN_ALWAYS_AVAILABLE INT32_MIN

/* Words the runner knows by itself. */
enum bg_can_status {
    BG_CAN_STATUS_MODE = 0,
    BG_CAN_STATUS_SAFE_CAUSE = 1,
    BG_CAN_STATUS_CELLS = 2,
    BG_CAN_STATUS_OVERRUNS = 3,
    BG_CAN_STATUS_CELL = 4,
    BG_CAN_STATUS_PAGE = 5,
};

/* Where a signal is read. */
enum bg_can_origin {
    BG_CAN_ORIGIN_STATUS = 0,
    BG_CAN_ORIGIN_PACK = 1,
    BG_CAN_ORIGIN_CELL = 2,
    BG_CAN_ORIGIN_MOST = 3,
    BG_CAN_ORIGIN_LEAST = 4,
    BG_CAN_ORIGIN_MOST_CELL = 5,
    BG_CAN_ORIGIN_LEAST_CELL = 6,
};

/* How a word becomes a code. */
enum bg_can_conversion {
    BG_CAN_CONVERSION_DOWN = 0,
    BG_CAN_CONVERSION_UP = 1,
    BG_CAN_CONVERSION_NEAREST = 2,
    BG_CAN_CONVERSION_INTEGER = 3,
    BG_CAN_CONVERSION_SLICE = 4,
};

struct bg_can_message {
    uint16_t identifier;
    uint8_t pages; /* 0: one layout, sent in every mode */
    uint8_t first; /* its signals in BG_CAN_SIGNAL_TABLE */
    uint8_t signals;
};

struct bg_can_signal {
    uint8_t start; /* lowest bit */
    uint8_t bits;
    uint8_t is_signed;
    uint8_t page;
    uint8_t origin; /* enum bg_can_origin */
    uint8_t word; /* of the status words or the record */
    uint8_t conversion; /* enum bg_can_conversion */
    int8_t scale; /* code = value / 2^scale; of a slice its lowest bit */
    int32_t notAvailable; /* code */
    int32_t idle; /* code while the module does not decide */
};

#define BG_CAN_MESSAGE_TABLE { \
    {0x310, 0, 0, 11}, /* BG_Status */ \
    {0x311, 0, 11, 4}, /* BG_ChargeFast */ \
    {0x312, 0, 15, 4}, /* BG_ChargeHeld */ \
    {0x313, 0, 19, 4}, /* BG_DischargeFast */ \
    {0x314, 0, 23, 4}, /* BG_DischargeHeld */ \
    {0x315, 0, 27, 8}, /* BG_Weakest */ \
    {0x316, 0, 35, 4}, /* BG_Pressure */ \
    {0x317, 0, 39, 4}, /* BG_Electrolyte */ \
    {0x318, 0, 43, 6}, /* BG_Contact */ \
    {0x319, 0, 49, 1}, /* BG_Actuator */ \
    {0x510, 8, 50, 31}, /* BG_Cell */ \
}

#define BG_CAN_SIGNAL_TABLE { \
    {12, 2, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_STATUS, 0, BG_CAN_CONVERSION_INTEGER, 0, BG_CAN_ALWAYS_AVAILABLE, 0}, /* mode */ \
    {14, 4, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_STATUS, 1, BG_CAN_CONVERSION_INTEGER, 0, BG_CAN_ALWAYS_AVAILABLE, 0}, /* safeCause */ \
    {18, 5, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_STATUS, 2, BG_CAN_CONVERSION_INTEGER, 0, BG_CAN_ALWAYS_AVAILABLE, 0}, /* cells */ \
    {23, 8, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_STATUS, 3, BG_CAN_CONVERSION_INTEGER, 0, BG_CAN_ALWAYS_AVAILABLE, 0}, /* overruns */ \
    {31, 1, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 12, BG_CAN_CONVERSION_SLICE, 0, BG_CAN_ALWAYS_AVAILABLE, 0}, /* faultCurrent */ \
    {32, 1, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 12, BG_CAN_CONVERSION_SLICE, 1, BG_CAN_ALWAYS_AVAILABLE, 0}, /* faultVoltage */ \
    {33, 1, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 12, BG_CAN_CONVERSION_SLICE, 2, BG_CAN_ALWAYS_AVAILABLE, 0}, /* faultTemperature */ \
    {34, 1, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 12, BG_CAN_CONVERSION_SLICE, 3, BG_CAN_ALWAYS_AVAILABLE, 0}, /* faultPressure */ \
    {35, 1, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 12, BG_CAN_CONVERSION_SLICE, 4, BG_CAN_ALWAYS_AVAILABLE, 0}, /* faultClock */ \
    {36, 1, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 12, BG_CAN_CONVERSION_SLICE, 5, BG_CAN_ALWAYS_AVAILABLE, 0}, /* faultState */ \
    {37, 1, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 12, BG_CAN_CONVERSION_SLICE, 6, BG_CAN_ALWAYS_AVAILABLE, 0}, /* faultSelfCheck */ \
    {12, 16, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 0, BG_CAN_CONVERSION_DOWN, -7, 65535, 0}, /* chargeLimit_mA_cm2 */ \
    {28, 8, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 8, BG_CAN_CONVERSION_SLICE, 0, 255, 255}, /* chargeLimitReason */ \
    {36, 16, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 1, BG_CAN_CONVERSION_DOWN, -7, 65535, 0}, /* chargeLimit2s_mA_cm2 */ \
    {52, 8, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 8, BG_CAN_CONVERSION_SLICE, 8, 255, 255}, /* chargeLimit2sReason */ \
    {12, 16, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 2, BG_CAN_CONVERSION_DOWN, -7, 65535, 0}, /* chargeLimit10s_mA_cm2 */ \
    {28, 8, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 8, BG_CAN_CONVERSION_SLICE, 16, 255, 255}, /* chargeLimit10sReason */ \
    {36, 16, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 3, BG_CAN_CONVERSION_DOWN, -7, 65535, 0}, /* chargeLimitContinuous_mA_cm2 */ \
    {52, 8, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 8, BG_CAN_CONVERSION_SLICE, 24, 255, 255}, /* chargeLimitContinuousReason */ \
    {12, 16, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 4, BG_CAN_CONVERSION_DOWN, -7, 65535, 0}, /* dischargeLimit_mA_cm2 */ \
    {28, 8, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 9, BG_CAN_CONVERSION_SLICE, 0, 255, 255}, /* dischargeLimitReason */ \
    {36, 16, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 5, BG_CAN_CONVERSION_DOWN, -7, 65535, 0}, /* dischargeLimit2s_mA_cm2 */ \
    {52, 8, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 9, BG_CAN_CONVERSION_SLICE, 8, 255, 255}, /* dischargeLimit2sReason */ \
    {12, 16, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 6, BG_CAN_CONVERSION_DOWN, -7, 65535, 0}, /* dischargeLimit10s_mA_cm2 */ \
    {28, 8, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 9, BG_CAN_CONVERSION_SLICE, 16, 255, 255}, /* dischargeLimit10sReason */ \
    {36, 16, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 7, BG_CAN_CONVERSION_DOWN, -7, 65535, 0}, /* dischargeLimitContinuous_mA_cm2 */ \
    {52, 8, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 9, BG_CAN_CONVERSION_SLICE, 24, 255, 255}, /* dischargeLimitContinuousReason */ \
    {12, 5, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 14, BG_CAN_CONVERSION_INTEGER, 0, 31, 31}, /* chargeLimitCell */ \
    {17, 5, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 15, BG_CAN_CONVERSION_INTEGER, 0, 31, 31}, /* chargeLimit2sCell */ \
    {22, 5, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 16, BG_CAN_CONVERSION_INTEGER, 0, 31, 31}, /* chargeLimit10sCell */ \
    {27, 5, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 17, BG_CAN_CONVERSION_INTEGER, 0, 31, 31}, /* chargeLimitContinuousCell */ \
    {32, 5, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 18, BG_CAN_CONVERSION_INTEGER, 0, 31, 31}, /* dischargeLimitCell */ \
    {37, 5, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 19, BG_CAN_CONVERSION_INTEGER, 0, 31, 31}, /* dischargeLimit2sCell */ \
    {42, 5, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 20, BG_CAN_CONVERSION_INTEGER, 0, 31, 31}, /* dischargeLimit10sCell */ \
    {47, 5, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 21, BG_CAN_CONVERSION_INTEGER, 0, 31, 31}, /* dischargeLimitContinuousCell */ \
    {12, 16, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 10, BG_CAN_CONVERSION_UP, -9, 65535, 65535}, /* pressureSetpoint_MPa */ \
    {28, 8, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 11, BG_CAN_CONVERSION_SLICE, 0, 255, 255}, /* pressureReason */ \
    {36, 16, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_MOST, 26, BG_CAN_CONVERSION_UP, -8, 65535, 65535}, /* stackPressureMost_MPa */ \
    {52, 5, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_MOST_CELL, 26, BG_CAN_CONVERSION_INTEGER, 0, 31, 31}, /* stackPressureMostCell */ \
    {12, 16, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_MOST, 24, BG_CAN_CONVERSION_UP, -2, 65535, 65535}, /* sePressureMost_MPa */ \
    {28, 5, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_MOST_CELL, 24, BG_CAN_CONVERSION_INTEGER, 0, 31, 31}, /* sePressureMostCell */ \
    {33, 16, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_MOST, 25, BG_CAN_CONVERSION_UP, -10, 65535, 65535}, /* crackIndexMost */ \
    {49, 5, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_MOST_CELL, 25, BG_CAN_CONVERSION_INTEGER, 0, 31, 31}, /* crackIndexMostCell */ \
    {12, 11, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_LEAST, 22, BG_CAN_CONVERSION_DOWN, -10, 2047, 2047}, /* contactLeast */ \
    {23, 5, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_LEAST_CELL, 22, BG_CAN_CONVERSION_INTEGER, 0, 31, 31}, /* contactLeastCell */ \
    {28, 15, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_MOST, 21, BG_CAN_CONVERSION_UP, -5, 32767, 32767}, /* voidMost_um */ \
    {43, 5, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_MOST_CELL, 21, BG_CAN_CONVERSION_INTEGER, 0, 31, 31}, /* voidMostCell */ \
    {48, 11, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_MOST, 27, BG_CAN_CONVERSION_UP, -7, 2047, 2047}, /* intrusionMost */ \
    {59, 5, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_MOST_CELL, 27, BG_CAN_CONVERSION_INTEGER, 0, 31, 31}, /* intrusionMostCell */ \
    {12, 16, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_PACK, 13, BG_CAN_CONVERSION_UP, -9, 65535, 65535}, /* actuatorCommand_MPa */ \
    {12, 4, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_STATUS, 5, BG_CAN_CONVERSION_INTEGER, 0, BG_CAN_ALWAYS_AVAILABLE, 0}, /* page */ \
    {16, 5, 0, BG_CAN_EVERY_PAGE, BG_CAN_ORIGIN_STATUS, 4, BG_CAN_CONVERSION_INTEGER, 0, BG_CAN_ALWAYS_AVAILABLE, 0}, /* cell */ \
    {21, 14, 0, 0, BG_CAN_ORIGIN_CELL, 13, BG_CAN_CONVERSION_UP, -6, 16383, 16383}, /* seCharge_mAh_cm2 */ \
    {35, 14, 0, 0, BG_CAN_ORIGIN_CELL, 14, BG_CAN_CONVERSION_NEAREST, -6, 16383, 16383}, /* poreCharge_mAh_cm2 */ \
    {49, 14, 0, 0, BG_CAN_ORIGIN_CELL, 15, BG_CAN_CONVERSION_NEAREST, -6, 16383, 16383}, /* ccCharge_mAh_cm2 */ \
    {21, 14, 1, 1, BG_CAN_ORIGIN_CELL, 16, BG_CAN_CONVERSION_NEAREST, -5, -8192, -8192}, /* seCurrent_mA_cm2 */ \
    {35, 14, 1, 1, BG_CAN_ORIGIN_CELL, 17, BG_CAN_CONVERSION_NEAREST, -5, -8192, -8192}, /* poreCurrent_mA_cm2 */ \
    {49, 14, 1, 1, BG_CAN_ORIGIN_CELL, 18, BG_CAN_CONVERSION_NEAREST, -5, -8192, -8192}, /* ccCurrent_mA_cm2 */ \
    {21, 13, 0, 2, BG_CAN_ORIGIN_CELL, 30, BG_CAN_CONVERSION_NEAREST, -12, 8191, 8191}, /* soluteSeShare */ \
    {34, 13, 0, 2, BG_CAN_ORIGIN_CELL, 31, BG_CAN_CONVERSION_NEAREST, -12, 8191, 8191}, /* solutePoreShare */ \
    {47, 13, 0, 2, BG_CAN_ORIGIN_CELL, 32, BG_CAN_CONVERSION_NEAREST, -12, 8191, 8191}, /* soluteCcShare */ \
    {21, 12, 0, 3, BG_CAN_ORIGIN_CELL, 22, BG_CAN_CONVERSION_DOWN, -11, 4095, 4095}, /* contact */ \
    {33, 16, 0, 3, BG_CAN_ORIGIN_CELL, 21, BG_CAN_CONVERSION_UP, -6, 65535, 65535}, /* void_um */ \
    {49, 15, 0, 3, BG_CAN_ORIGIN_CELL, 27, BG_CAN_CONVERSION_UP, -11, 32767, 32767}, /* intrusion */ \
    {21, 14, 0, 4, BG_CAN_ORIGIN_CELL, 26, BG_CAN_CONVERSION_UP, -6, 16383, 16383}, /* stackPressure_MPa */ \
    {35, 15, 0, 4, BG_CAN_ORIGIN_CELL, 24, BG_CAN_CONVERSION_UP, -1, 32767, 32767}, /* sePressure_MPa */ \
    {50, 14, 0, 4, BG_CAN_ORIGIN_CELL, 25, BG_CAN_CONVERSION_UP, -8, 16383, 16383}, /* crackIndex */ \
    {21, 14, 1, 5, BG_CAN_ORIGIN_CELL, 19, BG_CAN_CONVERSION_NEAREST, -3, -8192, -8192}, /* overpotential_mV */ \
    {35, 14, 1, 5, BG_CAN_ORIGIN_CELL, 20, BG_CAN_CONVERSION_UP, -10, -8192, -8192}, /* supersaturation */ \
    {49, 15, 0, 5, BG_CAN_ORIGIN_CELL, 23, BG_CAN_CONVERSION_UP, -4, 32767, 32767}, /* interfaceResistance_ohm_cm2 */ \
    {21, 16, 0, 6, BG_CAN_ORIGIN_CELL, 28, BG_CAN_CONVERSION_UP, -12, 65535, 65535}, /* stackCycleDamage */ \
    {37, 16, 0, 6, BG_CAN_ORIGIN_CELL, 29, BG_CAN_CONVERSION_UP, -12, 65535, 65535}, /* seCycleDamage */ \
    {53, 1, 0, 6, BG_CAN_ORIGIN_CELL, 12, BG_CAN_CONVERSION_SLICE, 0, BG_CAN_ALWAYS_AVAILABLE, 0}, /* faultCurrent */ \
    {54, 1, 0, 6, BG_CAN_ORIGIN_CELL, 12, BG_CAN_CONVERSION_SLICE, 1, BG_CAN_ALWAYS_AVAILABLE, 0}, /* faultVoltage */ \
    {55, 1, 0, 6, BG_CAN_ORIGIN_CELL, 12, BG_CAN_CONVERSION_SLICE, 2, BG_CAN_ALWAYS_AVAILABLE, 0}, /* faultTemperature */ \
    {56, 1, 0, 6, BG_CAN_ORIGIN_CELL, 12, BG_CAN_CONVERSION_SLICE, 3, BG_CAN_ALWAYS_AVAILABLE, 0}, /* faultPressure */ \
    {57, 1, 0, 6, BG_CAN_ORIGIN_CELL, 12, BG_CAN_CONVERSION_SLICE, 4, BG_CAN_ALWAYS_AVAILABLE, 0}, /* faultClock */ \
    {58, 1, 0, 6, BG_CAN_ORIGIN_CELL, 12, BG_CAN_CONVERSION_SLICE, 5, BG_CAN_ALWAYS_AVAILABLE, 0}, /* faultState */ \
    {59, 1, 0, 6, BG_CAN_ORIGIN_CELL, 12, BG_CAN_CONVERSION_SLICE, 6, BG_CAN_ALWAYS_AVAILABLE, 0}, /* faultSelfCheck */ \
    {21, 16, 0, 7, BG_CAN_ORIGIN_CELL, 3, BG_CAN_CONVERSION_DOWN, -7, 65535, 0}, /* chargeLimitContinuous_mA_cm2 */ \
    {37, 16, 0, 7, BG_CAN_ORIGIN_CELL, 7, BG_CAN_CONVERSION_DOWN, -7, 65535, 0}, /* dischargeLimitContinuous_mA_cm2 */ \
}

#endif
