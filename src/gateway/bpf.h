// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/bpf.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace slip {

// The kernel's bpf(), and as much of an assembler as the programs of the lane need. They are a few
// dozen instructions each, so that no compiler for them is needed to build this.

enum Register : std::uint8_t { r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, stack_end };
enum class Width : std::uint8_t { byte = BPF_B, half = BPF_H, word = BPF_W, full = BPF_DW };

// Instructions in the order in which they are added; names of places may be used before they are
// placed.
class BpfCode {
 public:
  BpfCode& set(Register to, std::int32_t value);     // sign-extended
  BpfCode& set32(Register to, std::uint32_t value);  // zero-extended, as all of the 32-bit kind
  BpfCode& move(Register to, Register from);
  BpfCode& add(Register to, std::int32_t value);
  BpfCode& and32(Register to, std::uint32_t mask);
  BpfCode& shift_left(Register to, int bits);
  BpfCode& shift_right(Register to, int bits);
  BpfCode& or64(Register to, Register with);
  BpfCode& load(Width width, Register to, Register from, int offset);
  BpfCode& store(Width width, Register to, int offset, Register from);
  BpfCode& load_map(Register to, const UniqueFd& map);
  BpfCode& call(bpf_func_id helper);
  BpfCode& end();  // with r0
  BpfCode& jump(const std::string& place);
  BpfCode& if_equal(Register one, std::int32_t value, const std::string& place);
  BpfCode& if_differs(Register one, std::int32_t value, const std::string& place);
  BpfCode& if_registers_differ(Register one, Register other, const std::string& place);
  BpfCode& place(const std::string& name);

  // With all places put in.
  std::vector<bpf_insn> instructions() const;

 private:
  BpfCode& add(std::uint8_t code, Register to, Register from, int offset, std::int32_t value);
  BpfCode& branch(std::uint8_t code, Register one, Register other, std::int32_t value,
                  const std::string& place);

  std::vector<bpf_insn> code_;
  std::map<std::size_t, std::string> wanted_;
  std::map<std::string, std::size_t> places_;
};

// Errors of all: `unsupported` where the kernel refuses, with its reason.
Result<UniqueFd> make_bpf_hash(const std::string& name, std::uint32_t key_bytes,
                               std::uint32_t value_bytes, std::uint32_t entries_max);
Result<UniqueFd> load_tc_program(const std::string& name, const BpfCode& code);
// The first map that a loaded program uses.
Result<UniqueFd> map_of_program(std::uint32_t program_id);

// False with errno set.
bool bpf_put(const UniqueFd& map, const void* key, const void* value);
bool bpf_get(const UniqueFd& map, const void* key, void* value);
bool bpf_erase(const UniqueFd& map, const void* key);
// The key after `key`; the first one for null.
bool bpf_next(const UniqueFd& map, const void* key, void* next);

}  // namespace slip
