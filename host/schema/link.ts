/**
 * What host and board say to each other. A frame is COBS(type u8, sequence u16, payload, CRC-32 of all before it u32)
 * and a 0 byte; numbers are little-endian. The generator writes the same numbers into boards/common/layout.h.
 *
 * Every request gets one answer: its own type with bit 7 set, its sequence number and the payload below, or `refusal`.
 * Sequence numbers count up by 1 (mod 2^16) from the last `hello`, which is taken with any number. A request whose
 * number is the last one's is not carried out again: the last answer is sent again. Any other number is refused. So a
 * lost, repeated, reordered or corrupt frame is detected and never becomes a step.
 *
 * A request that is whole and in its order uses its number up, refused or not. A frame that is neither is refused without
 * using one; where its own number cannot be read, the refusal carries the expected one, and type 0 as the type refused.
 */
export const LINK_VERSION = 2;
/** The answer to a request is its type with this bit. */
export const ANSWER = 0x80;
/** Type, sequence and CRC. */
export const FRAME_OVERHEAD_BYTES = 7;

/** Requests, with what follows the type and sequence number in the request and in its answer. */
export const messages = [
  {
    name: "hello",
    id: 0x01,
    request: "—",
    answer:
      "u16 link version, u8 mode, u8 executor, i32 ABI version, i32 layout hash, u8[32] SHA-256 of the module, u32 most payload bytes of a request, u32 of an answer, i32 cells, u8 reset cause, u8 cause of the last safe state, char[16] port",
    doc: "who is there; restarts the sequence",
  },
  {
    name: "parameters",
    id: 0x02,
    request: "n × (i32 id, f32 value)",
    answer: "i32 status, i32 refused id or −1",
    doc: "all are checked before one changes",
  },
  {
    name: "reset",
    id: 0x03,
    request: "i32 cells",
    answer: "i32 status",
    doc: "cells into their initial state",
  },
  {
    name: "steps",
    id: 0x04,
    request: "u16 steps, u16 flags, steps × (step input, cell inputs), packed or not",
    answer:
      "i32 status, u16 steps done, u16 0, u32 ticks all steps took, then per step as flagged: u32 CRC-32; cell outputs and pack output, packed or not",
    doc: "flags: bit 0 outputs, bit 1 CRC of header, parameters, derived constants, cells and pack output after each step, bit 2 inputs packed: a bit per word, from the lowest of the first byte on, set where it is not the word of the step before (0 before the first of the frame), then the words whose bits are set; bit 3 outputs, packed in the same way (before the first: what `read` gave before the frame). With bit 3 no more steps are done than the answer surely has room for",
  },
  {
    name: "snapshot",
    id: 0x05,
    request: "—",
    answer: "i32 bytes",
    doc: "seals the state region; `read` then fetches it",
  },
  {
    name: "read",
    id: 0x06,
    request: "u32 offset, u32 bytes",
    answer: "the bytes",
    doc: "from the state region (header, parameters, derived constants, cells), then the pack output",
  },
  {
    name: "stage",
    id: 0x07,
    request: "u32 offset, bytes",
    answer: "i32 status",
    doc: "writes into the staging area, for `restore`",
  },
  {
    name: "restore",
    id: 0x08,
    request: "i32 bytes",
    answer: "i32 status",
    doc: "takes over a staged snapshot",
  },
  {
    name: "store",
    id: 0x09,
    request: "—",
    answer: "i32 status",
    doc: "writes a snapshot to the board's storage, to start from",
  },
  {
    name: "mode",
    id: 0x0a,
    request: "u8 mode",
    answer: "u8 mode",
    doc: "live: the board's tick and sensors step; hosted: `steps` does, and contactor and bus stay in the safe state",
  },
  {
    name: "health",
    id: 0x0b,
    request: "—",
    answer: "the words of `healthFields`",
    doc: "counters and high-water marks since start",
  },
  {
    name: "freeze",
    id: 0x0c,
    request: "—",
    answer: "u32 bytes of a freeze frame, u32 events missed, then the number of each frame there is, u32",
    doc: "missed: found no room since a frame was last cleared",
  },
  {
    name: "frame",
    id: 0x0d,
    request: "u32 number",
    answer:
      "the words of `freezeFields`; header and cell state before the first step; step input and the cell's input of each step, as many as there is room for; cell state and pack output after the last; u32 CRC-32 of all this",
    doc: "one that still waits for steps after its event ends with the last there was",
  },
  {
    name: "clear",
    id: 0x0e,
    request: "u32 number",
    answer: "i32 status",
    doc: "makes room for another frame",
  },
] as const;

export const REFUSAL = 0x7f;
/** Payload of `refusal`: u8 code, u8 type refused, u16 sequence number expected next. */
export const refusals = [
  { name: "crc", doc: "frame damaged: COBS or CRC-32 does not hold" },
  { name: "size", doc: "frame longer than the board's buffer, or payload of the wrong length" },
  { name: "sequence", doc: "not the next number: a frame was lost, or came late" },
  { name: "type", doc: "unknown message" },
  { name: "mode", doc: "not in this mode" },
  { name: "safe", doc: "the logic is stopped: the board is in the safe state until it is reset" },
  { name: "storage", doc: "the board has no storage, or writing it failed" },
  { name: "frame", doc: "no freeze frame of this number" },
] as const;

export const modes = ["safe", "live", "hosted"] as const;
export const executors = ["wasm3", "aot"] as const;

/** Why the processor last started: `port_reset_cause` of boards/common/port.h. */
export const resetCauses = [
  { name: "power", doc: "power came on" },
  { name: "pin", doc: "the reset pin" },
  { name: "watchdog", doc: "the loop stalled and the watchdog reset the board" },
  { name: "software", doc: "the firmware asked for it" },
  { name: "fault", doc: "the processor took a fault" },
  { name: "brownout", doc: "the supply voltage dipped" },
] as const;

/** Why a board is, or was last, in the safe state. */
export const safeCauses = [
  { name: "none", doc: "none since power-on" },
  { name: "trap", doc: "the module trapped, or the executor failed" },
  { name: "overrun", doc: "three control ticks in a row were not done in time" },
  { name: "stack", doc: "the native stack's guard was touched" },
  { name: "memory", doc: "the module asked for more than the fixed heap" },
  { name: "module", doc: "module, layout or parameters do not belong together" },
  { name: "watchdog", doc: "the loop stalled and the watchdog reset the board" },
  { name: "fault", doc: "the processor took a fault" },
] as const;

/** Words of the answer to `health`, all u32. */
export const healthFields = [
  { name: "steps", doc: "steps since the last reset of the cells" },
  { name: "overruns", doc: "control ticks missed" },
  { name: "damagedFrames", doc: "frames with a wrong COBS code or CRC" },
  { name: "refusedFrames", doc: "frames refused for any other reason" },
  { name: "heapUsed_B", doc: "high-water mark of the executor's fixed heap" },
  { name: "heapSize_B", doc: "its size" },
  { name: "stackUsed_B", doc: "high-water mark of the native stack" },
  { name: "stackSize_B", doc: "its size" },
  { name: "ticksLast", doc: "port ticks of the last step" },
  { name: "ticksMost", doc: "… of the longest since the last reset of the cells" },
  { name: "ticksLeast", doc: "… of the shortest" },
  { name: "ticksPerSecond", doc: "0 where the port's ticks are no clock" },
  {
    name: "ticksFreeze",
    doc: "port ticks of the longest work for freeze frames in a step, beside the step's own",
  },
] as const;

/** What makes a board keep a freeze frame. */
export const freezeEvents = [
  { name: "reason", doc: "what binds a limit or the pressure setpoint has changed" },
  { name: "fault", doc: "a fault has come or gone" },
  { name: "safe", doc: "the logic was stopped" },
] as const;

/** First words of a freeze frame, all u32. */
export const freezeFields = [
  { name: "number", doc: "counts up from 1 since start" },
  { name: "event", doc: "of `freezeEvents`" },
  { name: "cause", doc: "of `safeCauses`; none unless the logic was stopped" },
  { name: "cell", doc: "index of the cell kept: the one that made the change" },
  { name: "cells", doc: "in use" },
  { name: "eventStep", doc: "which of the steps kept the event came with, from 1" },
  { name: "steps", doc: "kept" },
  { name: "whole", doc: "1: there is a state after the last step; 0: the logic was stopped in it" },
  { name: "chargeReasonsBefore", doc: "of the pack, before the event" },
  { name: "dischargeReasonsBefore", doc: "of the pack, before the event" },
  { name: "pressureReasonBefore", doc: "of the pack, before the event" },
  { name: "faultsBefore", doc: "of the pack, before the event" },
  { name: "chargeReasons", doc: "of the pack, with the event; 0 if the logic was stopped" },
  { name: "dischargeReasons", doc: "of the pack, with the event; 0 if the logic was stopped" },
  { name: "pressureReason", doc: "of the pack, with the event; 0 if the logic was stopped" },
  { name: "faults", doc: "of the pack, with the event; 0 if the logic was stopped" },
] as const;
