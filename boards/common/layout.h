/* Generated from host/schema by `npm run generate`. Do not edit. */
#ifndef BETAGUARD_LAYOUT_H
#define BETAGUARD_LAYOUT_H

#include <stdint.h>

/* ---- the module's memory: addresses and sizes in bytes ---- */

#define BG_ABI_VERSION 1
#define BG_LAYOUT_HASH ((int32_t)0xc7ea01fau)
#define BG_MAX_CELLS 24
#define BG_PARAMETER_COUNT 126
#define BG_HEADER_AT 2048
#define BG_PARAMS_AT 2168
#define BG_DERIVED_AT 2672
#define BG_CELLS_AT 2836
#define BG_STEP_INPUT_AT 16276
#define BG_CELL_INPUT_AT 16284
#define BG_PACK_OUTPUT_AT 16860
#define BG_STAGING_AT 16944
#define BG_CELL_STATE_BYTES 560
#define BG_STAGING_BYTES 48592
/* Enough memory for a board that never stages more than one snapshot. */
#define BG_BOARD_MEMORY_BYTES 31172
/* Header, parameters, derived constants and the cells in use, from BG_HEADER_AT. */
#define BG_SNAPSHOT_BYTES(cells) (788 + (cells) * 560)
/* Step input and cell inputs; cell outputs and pack output. */
#define BG_INPUT_BYTES(cells) (8 + (cells) * 24)
#define BG_OUTPUT_BYTES(cells) (84 + (cells) * 132)

/* ---- records; a cell's output is the first words of its state ---- */

struct bg_header {
    int32_t magic; /* marks a snapshot */
    int32_t layoutHash; /* identifies this layout */
    int32_t cells; /* cells in use */
    int32_t steps; /* steps since reset (wraps to 0) */
    int32_t crc; /* CRC-32 of the region with this word as 0, set by snapshot() */
    int32_t packFaults; /* faults that concern every cell */
    float slotSteps_s[16]; /* s: the last steps: their sum is the time between runs of a slot */
    float turnSteps_s[8]; /* s: the last steps: their sum is the time between turns */
};
_Static_assert(sizeof(struct bg_header) == 120, "words without padding");

struct bg_step_input {
    float dt_s; /* s: length of this step */
    float demand_mA_cm2; /* mA/cm²: stripping current the pack asks for; the setpoint serves it */
};
_Static_assert(sizeof(struct bg_step_input) == 8, "words without padding");

struct bg_cell_input {
    float current_mA_cm2; /* mA/cm²: current density at the anode, charge (plating) positive */
    float voltage_V; /* V: cell voltage */
    float temperature_degC; /* °C: cell temperature */
    float stackPressure_MPa; /* MPa: stack pressure measured at the cell */
    float fixturePressure_MPa; /* MPa: pressure the fixture applies before swelling; negative or not a number: keep the last */
    int32_t fresh; /* bits: current, voltage, temperature, pressure sample is new in this step */
};
_Static_assert(sizeof(struct bg_cell_input) == 24, "words without padding");

struct bg_cell_output {
    float chargeLimit_mA_cm2; /* mA/cm²: instantaneous charge limit */
    float chargeLimit2s_mA_cm2; /* mA/cm²: … that may be held for 2 s */
    float chargeLimit10s_mA_cm2; /* mA/cm²: … for 10 s */
    float chargeLimitContinuous_mA_cm2; /* mA/cm²: … for the continuous horizon */
    float dischargeLimit_mA_cm2; /* mA/cm²: instantaneous discharge limit (magnitude) */
    float dischargeLimit2s_mA_cm2; /* mA/cm²: … that may be held for 2 s */
    float dischargeLimit10s_mA_cm2; /* mA/cm²: … for 10 s */
    float dischargeLimitContinuous_mA_cm2; /* mA/cm²: … for the continuous horizon */
    int32_t chargeReasons; /* one byte per horizon, lowest byte the instantaneous one */
    int32_t dischargeReasons; /* the same for discharge */
    float pressureSetpoint_MPa; /* MPa: least stack pressure that serves the demand */
    int32_t pressureReason; /* what binds the setpoint */
    int32_t faults; /* bits of `faults`; not 0: limits are in the safe state */
    float seCharge_mAh_cm2; /* mAh/cm²: metal on the solid electrolyte */
    float poreCharge_mAh_cm2; /* mAh/cm²: metal in the interlayer's pores */
    float ccCharge_mAh_cm2; /* mAh/cm²: metal at the current collector */
    float seCurrent_mA_cm2; /* mA/cm²: current into the SE site now */
    float poreCurrent_mA_cm2; /* mA/cm²: current into the pores now */
    float ccCurrent_mA_cm2; /* mA/cm²: current into the collector site now */
    float overpotential_mV; /* mV: η of the site network, plating positive */
    float supersaturation; /* u of vacancies at the stripping interface; 1 nucleates voids */
    float void_um; /* µm: void height v */
    float contact; /* true contact fraction φ */
    float interfaceResistance_ohm_cm2; /* Ω·cm²: R_int, interphase included */
    float sePressure_MPa; /* MPa: β-phase pressure at the electrolyte above the stack pressure */
    float crackIndex; /* K_I/K_IC; 1 drives metal through the electrolyte */
    float stackPressure_MPa; /* MPa: stack pressure in use */
    float intrusion; /* creep intrusion ξ; 1 is a short */
    float stackCycleDamage; /* Miner sum of closed cycles of the stack pressure */
    float seCycleDamage; /* Miner sum of closed cycles of the pressure at the electrolyte */
    float soluteSeShare; /* share of the solute at the SE site */
    float solutePoreShare; /* share of the solute in the pores */
    float soluteCcShare; /* share of the solute at the collector */
};
_Static_assert(sizeof(struct bg_cell_output) == 132, "words without padding");

struct bg_pack_output {
    float chargeLimit_mA_cm2; /* mA/cm²: instantaneous charge limit */
    float chargeLimit2s_mA_cm2; /* mA/cm²: … that may be held for 2 s */
    float chargeLimit10s_mA_cm2; /* mA/cm²: … for 10 s */
    float chargeLimitContinuous_mA_cm2; /* mA/cm²: … for the continuous horizon */
    float dischargeLimit_mA_cm2; /* mA/cm²: instantaneous discharge limit (magnitude) */
    float dischargeLimit2s_mA_cm2; /* mA/cm²: … that may be held for 2 s */
    float dischargeLimit10s_mA_cm2; /* mA/cm²: … for 10 s */
    float dischargeLimitContinuous_mA_cm2; /* mA/cm²: … for the continuous horizon */
    int32_t chargeReasons; /* of the cell that binds, per horizon */
    int32_t dischargeReasons; /* of the cell that binds, per horizon */
    float pressureSetpoint_MPa; /* MPa: largest setpoint a cell asks for */
    int32_t pressureReason; /* of that cell */
    int32_t faults; /* faults of any cell */
    int32_t weakestCells[8]; /* index of the cell that binds each of the eight limits above, in their order */
};
_Static_assert(sizeof(struct bg_pack_output) == 84, "words without padding");

/* ---- codes ---- */

enum bg_status {
    BG_STATUS_OK = 0, /* done */
    BG_STATUS_BAD_CELL_COUNT = 1, /* cells must be 1 … the compile-time maximum */
    BG_STATUS_UNKNOWN_PARAMETER = 2, /* a parameter id is not in the schema */
    BG_STATUS_PARAMETER_OUT_OF_RANGE = 3, /* a value is outside its parameter's range, or not a number */
    BG_STATUS_BAD_COUNT = 4, /* a count is negative or larger than the staging area holds */
    BG_STATUS_BAD_MAGIC = 5, /* the staged bytes are not a snapshot */
    BG_STATUS_BAD_VERSION = 6, /* the snapshot was taken with another layout */
    BG_STATUS_BAD_CRC = 7, /* the snapshot's checksum does not match */
    BG_STATUS_NOT_RESET = 8, /* reset has not been called, or failed */
};

enum bg_reason {
    BG_REASON_NONE = 0, /* no model constraint is below the profile's hard cap */
    BG_REASON_STARTUP = 1, /* coefficients have not all been evaluated since reset */
    BG_REASON_RECOVERING = 2, /* the constraint is gone; the limit is still rising at its slew rate */
    BG_REASON_PLATING_SE = 3, /* metal would plate on the solid electrolyte */
    BG_REASON_CRACK = 4, /* β-phase pressure at the electrolyte would pass the allowed crack index */
    BG_REASON_LOCAL_CURRENT = 5, /* current through the remaining contact would pass the critical plating current */
    BG_REASON_STACK_PRESSURE = 6, /* predicted stack pressure would pass its maximum */
    BG_REASON_CAPACITY = 7, /* areal capacity is reached within the horizon */
    BG_REASON_VOLTAGE = 8, /* terminal voltage would leave its window */
    BG_REASON_TEMPERATURE = 9, /* outside the temperature table */
    BG_REASON_INTRUSION = 10, /* creep intrusion into the electrolyte is near a short */
    BG_REASON_VACANCY = 11, /* stripping would outrun the vacancies and open pores */
    BG_REASON_METAL_LEFT = 12, /* the metal would be used up within the horizon */
    BG_REASON_SENSOR_CURRENT = 13, /* current sensor stale or out of range */
    BG_REASON_SENSOR_VOLTAGE = 14, /* voltage sensor stale, out of range, or contradicted by the model */
    BG_REASON_SENSOR_TEMPERATURE = 15, /* temperature sensor stale or out of range */
    BG_REASON_SENSOR_PRESSURE = 16, /* pressure sensor stale, out of range, or contradicted by the model */
    BG_REASON_CLOCK = 17, /* the step length is not a number or outside its range */
    BG_REASON_STATE = 18, /* a state is not a number, or a restored snapshot failed its check */
    BG_REASON_SELF_CHECK = 19, /* the executor does not reproduce the reference bits of the arithmetic */
    BG_REASON_WINDOW_MIN = 20, /* setpoint held at the lower end of the pressure window */
    BG_REASON_WINDOW_MAX = 21, /* setpoint held at the upper end of the pressure window */
};

enum bg_fault {
    BG_FAULT_CURRENT = 1,
    BG_FAULT_VOLTAGE = 2,
    BG_FAULT_TEMPERATURE = 4,
    BG_FAULT_PRESSURE = 8,
    BG_FAULT_CLOCK = 16,
    BG_FAULT_STATE = 32,
    BG_FAULT_SELF_CHECK = 64,
};

enum bg_fresh {
    BG_FRESH_CURRENT = 1,
    BG_FRESH_VOLTAGE = 2,
    BG_FRESH_TEMPERATURE = 4,
    BG_FRESH_PRESSURE = 8,
};

/* ---- the module's functions: i32 arguments, i32 result ---- */

enum bg_export {
    BG_EXPORT_ABI_VERSION = 0,
    BG_EXPORT_LAYOUT_HASH = 1,
    BG_EXPORT_SET_PARAMETERS = 2,
    BG_EXPORT_REFUSED_PARAMETER = 3,
    BG_EXPORT_RESET = 4,
    BG_EXPORT_STEP = 5,
    BG_EXPORT_STEP_BATCH = 6,
    BG_EXPORT_SNAPSHOT = 7,
    BG_EXPORT_RESTORE = 8,
};

#define BG_EXPORT_COUNT 9
/* Initialisers of arrays indexed by enum bg_export. */
#define BG_EXPORT_NAMES {"abiVersion", "layoutHash", "setParameters", "refusedParameter", "reset", "step", "stepBatch", "snapshot", "restore"}
#define BG_EXPORT_ARGUMENTS {0, 0, 1, 0, 1, 0, 1, 0, 1}

/* ---- the link: host/schema/link.ts says what each payload holds ---- */

#define BG_LINK_VERSION 1
/* The answer to a request is its type with this bit. */
#define BG_ANSWER 0x80
#define BG_FRAME_OVERHEAD_BYTES 7
#define BG_REFUSAL 0x7f

enum bg_message {
    BG_MESSAGE_HELLO = 1, /* who is there; restarts the sequence */
    BG_MESSAGE_PARAMETERS = 2, /* all are checked before one changes */
    BG_MESSAGE_RESET = 3, /* cells into their initial state */
    BG_MESSAGE_STEPS = 4, /* flags: bit 0 outputs, bit 1 CRC of header, parameters, derived constants and cells after each step */
    BG_MESSAGE_SNAPSHOT = 5, /* seals the state region; `read` then fetches it */
    BG_MESSAGE_READ = 6, /* from the state region (header, parameters, derived constants, cells), then the pack output */
    BG_MESSAGE_STAGE = 7, /* writes into the staging area, for `restore` */
    BG_MESSAGE_RESTORE = 8, /* takes over a staged snapshot */
    BG_MESSAGE_STORE = 9, /* writes a snapshot to the board's storage, to start from */
    BG_MESSAGE_MODE = 10, /* live: the board's tick and sensors step; hosted: `steps` does, and contactor and bus stay in the safe state */
    BG_MESSAGE_HEALTH = 11, /* counters and high-water marks since start */
};

enum bg_refusal {
    BG_REFUSAL_CRC = 0, /* frame damaged: COBS or CRC-32 does not hold */
    BG_REFUSAL_SIZE = 1, /* frame longer than the board's buffer, or payload of the wrong length */
    BG_REFUSAL_SEQUENCE = 2, /* not the next number: a frame was lost, or came late */
    BG_REFUSAL_TYPE = 3, /* unknown message */
    BG_REFUSAL_MODE = 4, /* not in this mode */
    BG_REFUSAL_SAFE = 5, /* the logic is stopped: the board is in the safe state until it is reset */
    BG_REFUSAL_STORAGE = 6, /* the board has no storage, or writing it failed */
};

enum bg_mode {
    BG_MODE_SAFE = 0,
    BG_MODE_LIVE = 1,
    BG_MODE_HOSTED = 2,
};

enum bg_executor {
    BG_EXECUTOR_WASM3 = 0,
    BG_EXECUTOR_AOT = 1,
};

enum bg_safe_cause {
    BG_SAFE_CAUSE_NONE = 0, /* none since power-on */
    BG_SAFE_CAUSE_TRAP = 1, /* the module trapped, or the executor failed */
    BG_SAFE_CAUSE_OVERRUN = 2, /* three control ticks in a row were not done in time */
    BG_SAFE_CAUSE_STACK = 3, /* the native stack's guard was touched */
    BG_SAFE_CAUSE_MEMORY = 4, /* the module asked for more than the fixed heap */
    BG_SAFE_CAUSE_MODULE = 5, /* module, layout or parameters do not belong together */
    BG_SAFE_CAUSE_WATCHDOG = 6, /* the loop stalled and the watchdog reset the board */
    BG_SAFE_CAUSE_FAULT = 7, /* the processor took a fault */
};

struct bg_health {
    uint32_t steps; /* steps since the last reset of the cells */
    uint32_t overruns; /* control ticks missed */
    uint32_t damagedFrames; /* frames with a wrong COBS code or CRC */
    uint32_t refusedFrames; /* frames refused for any other reason */
    uint32_t heapUsed_B; /* high-water mark of the executor's fixed heap */
    uint32_t heapSize_B; /* its size */
    uint32_t stackUsed_B; /* high-water mark of the native stack */
    uint32_t stackSize_B; /* its size */
    uint32_t ticksLast; /* port ticks of the last step */
    uint32_t ticksMost; /* … of the longest since the last reset of the cells */
    uint32_t ticksLeast; /* … of the shortest */
    uint32_t ticksPerSecond; /* 0 where the port's ticks are no clock */
};
_Static_assert(sizeof(struct bg_health) == 48, "words without padding");

#endif
