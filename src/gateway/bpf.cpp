// SPDX-License-Identifier: Apache-2.0
#include "gateway/bpf.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/system_error.h"

namespace slip {
namespace {

// No program of ours needs a function that is kept for those under the GPL.
constexpr const char* kLicense = "Apache-2.0";
constexpr std::size_t kLogBytes = 16 << 10;

std::uint64_t address_of(const void* what) {
  return reinterpret_cast<std::uintptr_t>(what);
}

int call_bpf(bpf_cmd command, bpf_attr& attributes) {
  return static_cast<int>(syscall(SYS_bpf, command, &attributes, sizeof attributes));
}

template <std::size_t N>
void put_name(char (&to)[N], const std::string& name) {
  name.copy(to, N - 1);
}

Error refused(std::string what) {
  Error error = error_from_errno(errno, std::move(what));
  error.code = ErrorCode::unsupported;
  return error;
}

constexpr std::uint8_t code_of(int parts) {
  return static_cast<std::uint8_t>(parts);
}

}  // namespace

BpfCode& BpfCode::add(std::uint8_t code, Register to, Register from, int offset,
                      std::int32_t value) {
  bpf_insn one{};
  one.code = code;
  one.dst_reg = to & 0xf;
  one.src_reg = from & 0xf;
  one.off = static_cast<std::int16_t>(offset);
  one.imm = value;
  code_.push_back(one);
  return *this;
}

BpfCode& BpfCode::branch(std::uint8_t code, Register one, Register other, std::int32_t value,
                         const std::string& place) {
  wanted_[code_.size()] = place;
  return add(code, one, other, 0, value);
}

BpfCode& BpfCode::set(Register to, std::int32_t value) {
  return add(code_of(BPF_ALU64 | BPF_MOV | BPF_K), to, r0, 0, value);
}
BpfCode& BpfCode::set32(Register to, std::uint32_t value) {
  return add(code_of(BPF_ALU | BPF_MOV | BPF_K), to, r0, 0, static_cast<std::int32_t>(value));
}
BpfCode& BpfCode::move(Register to, Register from) {
  return add(code_of(BPF_ALU64 | BPF_MOV | BPF_X), to, from, 0, 0);
}
BpfCode& BpfCode::add(Register to, std::int32_t value) {
  return add(code_of(BPF_ALU64 | BPF_ADD | BPF_K), to, r0, 0, value);
}
BpfCode& BpfCode::and32(Register to, std::uint32_t mask) {
  return add(code_of(BPF_ALU | BPF_AND | BPF_K), to, r0, 0, static_cast<std::int32_t>(mask));
}
BpfCode& BpfCode::shift_left(Register to, int bits) {
  return add(code_of(BPF_ALU64 | BPF_LSH | BPF_K), to, r0, 0, bits);
}
BpfCode& BpfCode::shift_right(Register to, int bits) {
  return add(code_of(BPF_ALU64 | BPF_RSH | BPF_K), to, r0, 0, bits);
}
BpfCode& BpfCode::or64(Register to, Register with) {
  return add(code_of(BPF_ALU64 | BPF_OR | BPF_X), to, with, 0, 0);
}
BpfCode& BpfCode::load(Width width, Register to, Register from, int offset) {
  return add(code_of(BPF_LDX | BPF_MEM | static_cast<int>(width)), to, from, offset, 0);
}
BpfCode& BpfCode::store(Width width, Register to, int offset, Register from) {
  return add(code_of(BPF_STX | BPF_MEM | static_cast<int>(width)), to, from, offset, 0);
}
BpfCode& BpfCode::load_map(Register to, const UniqueFd& map) {
  add(code_of(BPF_LD | BPF_DW | BPF_IMM), to, static_cast<Register>(BPF_PSEUDO_MAP_FD), 0,
      map.get());
  return add(0, r0, r0, 0, 0);
}
BpfCode& BpfCode::call(bpf_func_id helper) {
  return add(code_of(BPF_JMP | BPF_CALL), r0, r0, 0, static_cast<std::int32_t>(helper));
}
BpfCode& BpfCode::end() {
  return add(code_of(BPF_JMP | BPF_EXIT), r0, r0, 0, 0);
}
BpfCode& BpfCode::jump(const std::string& place) {
  return branch(code_of(BPF_JMP | BPF_JA), r0, r0, 0, place);
}
BpfCode& BpfCode::if_equal(Register one, std::int32_t value, const std::string& place) {
  return branch(code_of(BPF_JMP | BPF_JEQ | BPF_K), one, r0, value, place);
}
BpfCode& BpfCode::if_differs(Register one, std::int32_t value, const std::string& place) {
  return branch(code_of(BPF_JMP | BPF_JNE | BPF_K), one, r0, value, place);
}
BpfCode& BpfCode::if_registers_differ(Register one, Register other, const std::string& place) {
  return branch(code_of(BPF_JMP | BPF_JNE | BPF_X), one, other, 0, place);
}
BpfCode& BpfCode::place(const std::string& name) {
  places_[name] = code_.size();
  return *this;
}

std::vector<bpf_insn> BpfCode::instructions() const {
  auto done = code_;
  for (const auto& [from, name] : wanted_) {
    done[from].off = static_cast<std::int16_t>(places_.at(name) - from - 1);
  }
  return done;
}

Result<UniqueFd> make_bpf_hash(const std::string& name, std::uint32_t key_bytes,
                               std::uint32_t value_bytes, std::uint32_t entries_max) {
  bpf_attr attributes{};
  attributes.map_type = BPF_MAP_TYPE_HASH;
  attributes.key_size = key_bytes;
  attributes.value_size = value_bytes;
  attributes.max_entries = entries_max;
  put_name(attributes.map_name, name);
  UniqueFd made(call_bpf(BPF_MAP_CREATE, attributes));
  if (made) return made;
  return refused("make a table in the kernel");
}

Result<UniqueFd> load_tc_program(const std::string& name, const BpfCode& code) {
  const auto instructions = code.instructions();
  std::vector<char> log(kLogBytes);
  bpf_attr attributes{};
  attributes.prog_type = BPF_PROG_TYPE_SCHED_CLS;
  attributes.insns = address_of(instructions.data());
  attributes.insn_cnt = static_cast<std::uint32_t>(instructions.size());
  attributes.license = address_of(kLicense);
  attributes.log_buf = address_of(log.data());
  attributes.log_size = static_cast<std::uint32_t>(log.size());
  attributes.log_level = 4;  // a few figures, and why it refuses
  put_name(attributes.prog_name, name);
  UniqueFd loaded(call_bpf(BPF_PROG_LOAD, attributes));
  if (loaded) return loaded;
  Error error = refused("load a program into the kernel");
  error.detail = log.data();
  return error;
}

Result<UniqueFd> map_of_program(std::uint32_t program_id) {
  bpf_attr by_id{};
  by_id.prog_id = program_id;
  const UniqueFd program(call_bpf(BPF_PROG_GET_FD_BY_ID, by_id));
  if (!program) return refused("find a program in the kernel");
  std::array<std::uint32_t, 4> maps{};
  bpf_prog_info info{};
  info.nr_map_ids = maps.size();
  info.map_ids = address_of(maps.data());
  bpf_attr ask{};
  ask.info.bpf_fd = static_cast<std::uint32_t>(program.get());
  ask.info.info_len = sizeof info;
  ask.info.info = address_of(&info);
  if (call_bpf(BPF_OBJ_GET_INFO_BY_FD, ask) != 0 || info.nr_map_ids == 0) {
    return refused("look at a program in the kernel");
  }
  bpf_attr map_id{};
  map_id.map_id = maps[0];
  UniqueFd map(call_bpf(BPF_MAP_GET_FD_BY_ID, map_id));
  if (map) return map;
  return refused("open a table in the kernel");
}

namespace {

bpf_attr about(const UniqueFd& map, const void* key, const void* value) {
  bpf_attr attributes{};
  attributes.map_fd = static_cast<std::uint32_t>(map.get());
  attributes.key = address_of(key);
  attributes.value = address_of(value);
  return attributes;
}

}  // namespace

bool bpf_put(const UniqueFd& map, const void* key, const void* value) {
  bpf_attr attributes = about(map, key, value);
  return call_bpf(BPF_MAP_UPDATE_ELEM, attributes) == 0;
}

bool bpf_get(const UniqueFd& map, const void* key, void* value) {
  bpf_attr attributes = about(map, key, value);
  return call_bpf(BPF_MAP_LOOKUP_ELEM, attributes) == 0;
}

bool bpf_erase(const UniqueFd& map, const void* key) {
  bpf_attr attributes = about(map, key, nullptr);
  return call_bpf(BPF_MAP_DELETE_ELEM, attributes) == 0;
}

bool bpf_next(const UniqueFd& map, const void* key, void* next) {
  bpf_attr attributes = about(map, key, next);
  return call_bpf(BPF_MAP_GET_NEXT_KEY, attributes) == 0;
}

}  // namespace slip
