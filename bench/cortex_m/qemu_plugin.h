// SPDX-License-Identifier: Apache-2.0
#pragma once

// What this counter uses of QEMU's interface for TCG plugins, version 1 (QEMU 7.2, docs/devel/tcg-plugins).
// Debian ships no header for it. QEMU resolves these names when it loads the plugin.

#include <cstddef>
#include <cstdint>

extern "C" {

using qemu_plugin_id_t = std::uint64_t;
using qemu_plugin_meminfo_t = std::uint32_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;

enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };
enum qemu_plugin_mem_rw { QEMU_PLUGIN_MEM_R = 1, QEMU_PLUGIN_MEM_W };

using qemu_plugin_translated = void (*)(qemu_plugin_id_t, qemu_plugin_tb*);
using qemu_plugin_executed = void (*)(unsigned processor, void* context);
using qemu_plugin_accessed = void (*)(unsigned processor, qemu_plugin_meminfo_t, std::uint64_t address,
                                      void* context);
using qemu_plugin_ended = void (*)(qemu_plugin_id_t, void* context);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, qemu_plugin_translated);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, qemu_plugin_ended, void* context);
std::size_t qemu_plugin_tb_n_insns(const qemu_plugin_tb*);
qemu_plugin_insn* qemu_plugin_tb_get_insn(const qemu_plugin_tb*, std::size_t index);
std::uint64_t qemu_plugin_insn_vaddr(const qemu_plugin_insn*);
void qemu_plugin_register_vcpu_insn_exec_inline(qemu_plugin_insn*, qemu_plugin_op, void* counter,
                                                std::uint64_t by);
void qemu_plugin_register_vcpu_insn_exec_cb(qemu_plugin_insn*, qemu_plugin_executed, qemu_plugin_cb_flags,
                                            void* context);
void qemu_plugin_register_vcpu_mem_cb(qemu_plugin_insn*, qemu_plugin_accessed, qemu_plugin_cb_flags,
                                      qemu_plugin_mem_rw, void* context);
unsigned qemu_plugin_mem_size_shift(qemu_plugin_meminfo_t);
bool qemu_plugin_mem_is_store(qemu_plugin_meminfo_t);

} // extern "C"
