/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Pins are numbers that the board's file knows; every one of them is active high. */

#include <zephyr/device.h>

#ifdef __cplusplus
extern "C" {
#endif

struct gpio_dt_spec {
    const struct device* port;
    uint8_t pin;
    uint16_t dt_flags;
};
#define GPIO_INPUT 0x1
#define GPIO_OUTPUT_ACTIVE 0x2
#define GPIO_INT_EDGE_TO_ACTIVE 0x4

struct gpio_callback;
typedef void (*gpio_callback_handler_t)(const struct device*, struct gpio_callback*, uint32_t);
struct gpio_callback {
    gpio_callback_handler_t handler;
    uint32_t pin_mask;
};

int gpio_pin_configure_dt(const struct gpio_dt_spec* pin, uint32_t flags);
int gpio_pin_interrupt_configure_dt(const struct gpio_dt_spec* pin, uint32_t flags);
int gpio_pin_get_dt(const struct gpio_dt_spec* pin);
int gpio_pin_set_dt(const struct gpio_dt_spec* pin, int level);
inline static void gpio_init_callback(struct gpio_callback* callback, gpio_callback_handler_t handler,
                                      uint32_t pins) {
    callback->handler = handler;
    callback->pin_mask = pins;
}
int gpio_add_callback(const struct device* port, struct gpio_callback* callback);

#define SHIM_PIN_attention_gpios 0
#define SHIM_PIN_reset_gpios 1
extern const struct device shim_gpio;
#define GPIO_DT_SPEC_INST_GET(instance, property)                                                            \
    { &shim_gpio, SHIM_PIN_##property, 0 }
#define GPIO_DT_SPEC_INST_GET_OR(instance, property, otherwise) GPIO_DT_SPEC_INST_GET(instance, property)

#ifdef __cplusplus
}
#endif
