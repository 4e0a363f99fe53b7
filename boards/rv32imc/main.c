/* What `virt` is, and what it has not got: no sensors, no actuator, no CAN controller, no contactor. */
#include "clock.h"
#include "fault.h"
#include "firmware.h"
#include "link.h"
#include "port.h"

const char port_name[] = "rv32imc";

void port_safe_state(void) {
}

float port_sense(struct bg_cell_input *inputs, int cells) {
    for (int cell = 0; cell < cells; cell++)
        inputs[cell] = (struct bg_cell_input){.fixturePressure_MPa = -1};
    return 0;
}

void port_actuate(float actuatorCommand_MPa) {
    (void)actuatorCommand_MPa;
}

bool port_can_send(uint32_t identifier, const uint8_t *data, int bytes) {
    (void)identifier;
    (void)data;
    (void)bytes;
    return false;
}

int main(void) {
    fault_start();
    link_start();
    clock_start();
    firmware_run(&betaguard_module);
    return 0;
}
