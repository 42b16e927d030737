/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* One device on one bus. */

#include <stddef.h>
#include <zephyr/device.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SPI_OP_MODE_MASTER 0U
#define SPI_TRANSFER_MSB 0U
#define SPI_WORD_SET(bits) ((bits) << 5)

struct spi_dt_spec {
    const struct device* bus;
    uint32_t operation;
};
struct spi_buf {
    void* buf;
    size_t len;
};
struct spi_buf_set {
    const struct spi_buf* buffers;
    size_t count;
};
#define SPI_DT_SPEC_INST_GET(instance, operation, delay)                                                     \
    { &shim_bus, (operation) }
int spi_transceive_dt(const struct spi_dt_spec* bus, const struct spi_buf_set* out,
                      const struct spi_buf_set* in);

#ifdef __cplusplus
}
#endif
