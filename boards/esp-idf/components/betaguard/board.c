/* Sensors on ADC1, the contactor, and the pressure actuator as a PWM. */
#include "driver/gpio.h"
#include "driver/ledc.h"
#include "esp_adc/adc_oneshot.h"
#include "esp_err.h"
#include "front.h"
#include "parts.h"
#include "port.h"
#include "sdkconfig.h"

#define ADC_FULL 4095.0f
#define REPEATS 8
#define DUTY_BITS 10
#define DUTY_FULL ((1u << DUTY_BITS) - 1)

static adc_oneshot_unit_handle_t adc;

void board_start(void) {
    // The level first: the pin must not be high for a moment.
    gpio_set_level(CONFIG_BETAGUARD_CONTACTOR_GPIO, 0);
    const gpio_config_t contactor = {
        .pin_bit_mask = 1ull << CONFIG_BETAGUARD_CONTACTOR_GPIO,
        .mode = GPIO_MODE_OUTPUT,
        .pull_down_en = GPIO_PULLDOWN_ENABLE,
    };
    ESP_ERROR_CHECK(gpio_config(&contactor));

    const ledc_timer_config_t timer = {
        .speed_mode = LEDC_LOW_SPEED_MODE,
        .duty_resolution = LEDC_TIMER_10_BIT,
        .timer_num = LEDC_TIMER_0,
        .freq_hz = 5000,
        .clk_cfg = LEDC_AUTO_CLK,
    };
    ESP_ERROR_CHECK(ledc_timer_config(&timer));
    const ledc_channel_config_t channel = {
        .gpio_num = CONFIG_BETAGUARD_ACTUATOR_GPIO,
        .speed_mode = LEDC_LOW_SPEED_MODE,
        .channel = LEDC_CHANNEL_0,
        .timer_sel = LEDC_TIMER_0,
    };
    ESP_ERROR_CHECK(ledc_channel_config(&channel));

    const adc_oneshot_unit_init_cfg_t unit = {.unit_id = ADC_UNIT_1};
    ESP_ERROR_CHECK(adc_oneshot_new_unit(&unit, &adc));
    const adc_oneshot_chan_cfg_t input = {.atten = ADC_ATTEN_DB_12, .bitwidth = ADC_BITWIDTH_12};
    const adc_channel_t channels[] = {FRONT_CURRENT, FRONT_PRESSURE, FRONT_VOLTAGE, FRONT_TEMPERATURE};
    for (size_t i = 0; i < sizeof channels / sizeof channels[0]; i++)
        ESP_ERROR_CHECK(adc_oneshot_config_channel(adc, channels[i], &input));
}

/** Volts at a pin; false where the converter fails or the pin is at a rail. */
static bool read_V(adc_channel_t channel, float *volts) {
    int sum = 0;
    for (int i = 0; i < REPEATS; i++) {
        int raw;
        if (adc_oneshot_read(adc, channel, &raw) != ESP_OK)
            return false;
        sum += raw;
    }
    *volts = (float)sum / (REPEATS * ADC_FULL) * FRONT_FULL_V;
    return *volts > FRONT_LEAST_V && *volts < FRONT_MOST_V;
}

float port_sense(struct bg_cell_input *inputs, int cells) {
    float volts;
    // A negative fixture pressure means: as before.
    struct bg_cell_input shared = {.fixturePressure_MPa = -1.0f};
    if (read_V(FRONT_CURRENT, &volts)) {
        shared.current_mA_cm2 = (volts - FRONT_CURRENT_ZERO_V) * FRONT_CURRENT_mA_PER_V / FRONT_CELL_AREA_cm2;
        shared.fresh |= BG_FRESH_CURRENT;
    }
    if (read_V(FRONT_PRESSURE, &volts)) {
        shared.stackPressure_MPa = (volts - FRONT_PRESSURE_ZERO_V) * FRONT_PRESSURE_MPa_PER_V;
        shared.fresh |= BG_FRESH_PRESSURE;
    }
    for (int cell = 0; cell < cells; cell++)
        inputs[cell] = shared;
    if (read_V(FRONT_VOLTAGE, &volts)) {
        inputs[0].voltage_V = volts * FRONT_CELL_V_PER_V;
        inputs[0].fresh |= BG_FRESH_VOLTAGE;
    }
    if (read_V(FRONT_TEMPERATURE, &volts)) {
        inputs[0].temperature_degC = (volts - FRONT_TEMPERATURE_ZERO_V) * FRONT_TEMPERATURE_K_PER_V;
        inputs[0].fresh |= BG_FRESH_TEMPERATURE;
    }
    // What the load takes is what it asks for.
    return shared.current_mA_cm2 < 0.0f ? -shared.current_mA_cm2 : 0.0f;
}

void port_safe_state(void) {
    // The PWM goes on as it was.
    gpio_set_level(CONFIG_BETAGUARD_CONTACTOR_GPIO, 0);
}

void port_actuate(float actuatorCommand_MPa) {
    float share = actuatorCommand_MPa / FRONT_ACTUATOR_FULL_MPa;
    uint32_t duty = share <= 0.0f ? 0 : share >= 1.0f ? DUTY_FULL : (uint32_t)(share * DUTY_FULL);
    ledc_set_duty(LEDC_LOW_SPEED_MODE, LEDC_CHANNEL_0, duty);
    ledc_update_duty(LEDC_LOW_SPEED_MODE, LEDC_CHANNEL_0);
    gpio_set_level(CONFIG_BETAGUARD_CONTACTOR_GPIO, 1);
}
