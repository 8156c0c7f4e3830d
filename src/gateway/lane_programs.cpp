// SPDX-License-Identifier: Apache-2.0
#include "gateway/lane_programs.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/pkt_cls.h>
#include <netinet/if_ether.h>
#include <netinet/in.h>

#include <cstddef>

namespace slip {
namespace {

// Where things lie in a packet, and on the stack into which its headers are copied.
constexpr int kIp = 14;
constexpr int kIpSum = kIp + 10;
constexpr int kSource = kIp + 12;
constexpr int kDestination = kIp + 16;
constexpr int kTcp = kIp + 20;
constexpr int kSourcePort = kTcp;
constexpr int kDestinationPort = kTcp + 2;
constexpr int kTcpSum = kTcp + 16;
constexpr int kHeaderBytes = 40;  // both; with options of IP it is not for us
constexpr int on_stack(int packet_offset) {
  return packet_offset - kIp - kHeaderBytes;
}
constexpr int kFlags = on_stack(kTcp + 13);
constexpr int kKey = -48;  // word
constexpr int kNew = -52;  // word or half, as kOld
constexpr int kOld = -56;
constexpr int kTuple = -72;  // source, destination, their ports

// Whatever other programs there are at the device decide.
constexpr int kToOthers = TC_ACT_UNSPEC;

constexpr std::uint32_t kSynAck = 0x12;
constexpr int kSyn = 0x02;
constexpr int kVersionAndLength = 0x45;
constexpr std::int32_t kListening = BPF_TCP_LISTEN;
constexpr std::int32_t kTimeWait = BPF_TCP_TIME_WAIT;

// As a little-endian machine reads them from a packet.
constexpr std::int32_t kLoopback = 0x0100007f;
constexpr std::uint32_t kEndpointMask = 0xff0000ff;
constexpr std::uint32_t kEndpointAddress = 0xd300007f;
constexpr std::int32_t kIpv4 = 0x0008;

// r6: the packet. Copies the headers of what is TCP over IPv4; all else goes to `otherwise`.
BpfCode begin(const std::string& otherwise) {
  BpfCode code;
  code.move(r6, r1)
      .load(Width::word, r2, r6, offsetof(__sk_buff, protocol))
      .if_differs(r2, kIpv4, otherwise)
      .set(r2, kIp)
      .move(r3, stack_end)
      .add(r3, -kHeaderBytes)
      .set(r4, kHeaderBytes)
      .call(BPF_FUNC_skb_load_bytes)
      .if_differs(r0, 0, otherwise)
      .load(Width::byte, r1, stack_end, on_stack(kIp))
      .if_differs(r1, kVersionAndLength, otherwise)
      .load(Width::byte, r1, stack_end, on_stack(kIp + 9))
      .if_differs(r1, IPPROTO_TCP, otherwise);
  return code;
}

void expect_loopback(BpfCode& code, int address, const std::string& otherwise) {
  code.load(Width::word, r1, stack_end, on_stack(address)).if_differs(r1, kLoopback, otherwise);
}

// The port in r8.
void expect_source_of_endpoint(BpfCode& code, const std::string& otherwise) {
  code.load(Width::word, r8, stack_end, on_stack(kSource))
      .move(r1, r8)
      .and32(r1, kEndpointMask)
      .set32(r2, kEndpointAddress)
      .if_registers_differ(r1, r2, otherwise)
      .shift_right(r8, 8)
      .and32(r8, 0xffff);
}

// r7: the lead of the endpoint whose port is in r8.
void find_lead(BpfCode& code, const UniqueFd& leads, const std::string& otherwise) {
  code.store(Width::word, stack_end, kKey, r8)
      .load_map(r1, leads)
      .move(r2, stack_end)
      .add(r2, kKey)
      .call(BPF_FUNC_map_lookup_elem)
      .if_equal(r0, 0, otherwise)
      .move(r7, r0);
}

// Whose connection the tuple is, or who listens there, in the network that r4 names: in r0, perhaps
// nobody.
void look_up(BpfCode& code) {
  code.move(r1, r6)
      .move(r2, stack_end)
      .add(r2, kTuple)
      .set(r3, 12)
      .set(r5, 0)
      .call(BPF_FUNC_skc_lookup_tcp);
}

// Who of this network has the connection from the address that lies there in the packet, or
// listens, at 127.0.0.1 and the packet's own port: in r0, perhaps nobody.
void find_socket(BpfCode& code, int from) {
  code.load(Width::word, r1, stack_end, on_stack(from))
      .store(Width::word, stack_end, kTuple, r1)
      .set32(r1, static_cast<std::uint32_t>(kLoopback))
      .store(Width::word, stack_end, kTuple + 4, r1)
      .load(Width::word, r1, stack_end, on_stack(kSourcePort))  // both ports
      .store(Width::word, stack_end, kTuple + 8, r1)
      .set(r4, -1);  // the packet's own network
  look_up(code);
}

// Changes an address or a port, from what `from` has to what `to` has, and the checksums.
void replace(BpfCode& code, int offset, Width width, Register from, Register to) {
  const int bytes = width == Width::word ? 4 : 2;
  code.store(width, stack_end, kOld, from).store(width, stack_end, kNew, to);
  const auto sum = [&](int where, std::int32_t flags, bpf_func_id helper) {
    code.move(r1, r6)
        .set(r2, where)
        .load(width, r3, stack_end, kOld)
        .load(width, r4, stack_end, kNew)
        .set(r5, flags | bytes)
        .call(helper);
  };
  const bool address = width == Width::word;
  sum(kTcpSum, address ? static_cast<std::int32_t>(BPF_F_PSEUDO_HDR) : 0, BPF_FUNC_l4_csum_replace);
  if (address) sum(kIpSum, 0, BPF_FUNC_l3_csum_replace);
  code.move(r1, r6)
      .set(r2, offset)
      .move(r3, stack_end)
      .add(r3, kNew)
      .set(r4, bytes)
      .set(r5, 0)
      .call(BPF_FUNC_skb_store_bytes);
}

// Packets that begin a connection go to `beginning`.
void tell_beginning(BpfCode& code, const std::string& beginning) {
  code.load(Width::byte, r1, stack_end, kFlags).and32(r1, kSynAck).if_equal(r1, kSyn, beginning);
}

void result(BpfCode& code, const std::string& name, int action) {
  code.place(name).set(r0, action).end();
}

}  // namespace

std::uint32_t address_of_endpoint(std::uint16_t port) {
  return kEndpointAddress | std::uint32_t{port} << 8;
}

bool is_address_of_endpoint(std::uint32_t address) {
  return (address & kEndpointMask) == kEndpointAddress;
}

BpfCode leave_machine(const UniqueFd& leads) {
  BpfCode code = begin("pass");
  expect_loopback(code, kSource, "pass");
  expect_loopback(code, kDestination, "pass");
  code.load(Width::half, r8, stack_end, on_stack(kDestinationPort));
  find_lead(code, leads, "pass");
  find_socket(code, kSource);
  code.if_equal(r0, 0, "lead")  // nobody listens here while the daemon is away
      .move(r9, r0)
      .load(Width::word, r1, r9, offsetof(bpf_sock, state))
      .if_equal(r1, kListening, "listener")
      .if_differs(r1, kTimeWait, "keep");  // one that is forwarded by copying
  // Of one that has ended here: its client may begin another with the same port.
  tell_beginning(code, "release and lead");
  code.place("keep").move(r1, r9).call(BPF_FUNC_sk_release).jump("pass");
  code.place("listener");
  tell_beginning(code, "whose");
  code.jump("release and lead")
      .place("whose")
      .move(r1, r9)
      .call(BPF_FUNC_sk_fullsock)
      .if_equal(r0, 0, "keep")
      .load(Width::word, r1, r0, offsetof(bpf_sock, priority))
      .if_differs(r1, kMayBeLed, "keep")
      .place("release and lead")
      .move(r1, r9)
      .call(BPF_FUNC_sk_release);
  code.place("lead").load(Width::half, r1, r7, offsetof(Lead, held)).if_equal(r1, 0, "go");
  tell_beginning(code, "pass");
  code.place("go").move(r9, r8).shift_left(r9, 8).set32(r1, kEndpointAddress).or64(r9, r1);
  tell_beginning(code, "begin");
  code.place("redirect").set32(r1, static_cast<std::uint32_t>(kLoopback));
  replace(code, kDestination, Width::word, r1, r9);
  code.load(Width::half, r9, r7, offsetof(Lead, target));
  replace(code, kDestinationPort, Width::half, r8, r9);
  code.load(Width::word, r1, r7, offsetof(Lead, device)).set(r2, 0).call(BPF_FUNC_redirect).end();
  code.place("begin")
      .set32(r1, static_cast<std::uint32_t>(kLoopback))
      .store(Width::word, stack_end, kTuple, r1)
      .store(Width::word, stack_end, kTuple + 4, r9)
      .load(Width::half, r1, stack_end, on_stack(kSourcePort))
      .store(Width::half, stack_end, kTuple + 8, r1)
      .load(Width::half, r1, r7, offsetof(Lead, target))
      .store(Width::half, stack_end, kTuple + 10, r1)
      .load(Width::word, r4, r7, offsetof(Lead, network));
  look_up(code);
  code.if_equal(r0, 0, "redirect")
      .move(r1, r0)
      .load(Width::word, r2, r1, offsetof(bpf_sock, state))
      .if_equal(r2, kListening, "listens everywhere")
      .call(BPF_FUNC_sk_release);
  result(code, "pass", kToOthers);
  // At 0.0.0.0 or [::], so that it was found at the endpoint's address as well.
  code.place("listens everywhere").call(BPF_FUNC_sk_release).jump("redirect");
  return code;
}

// A branch gets nothing in but what belongs to a connection that a client here began.
BpfCode return_to_machine(const UniqueFd& leads) {
  BpfCode code = begin("drop");
  expect_loopback(code, kDestination, "drop");
  expect_source_of_endpoint(code, "drop");
  tell_beginning(code, "drop");
  find_lead(code, leads, "drop");
  code.load(Width::word, r1, r7, offsetof(Lead, device))
      .load(Width::word, r2, r6, offsetof(__sk_buff, ifindex))
      .if_registers_differ(r1, r2, "drop")
      .load(Width::half, r9, r7, offsetof(Lead, target))
      .load(Width::half, r2, stack_end, on_stack(kSourcePort))
      .if_registers_differ(r9, r2, "drop")
      .load(Width::word, r1, stack_end, on_stack(kSource))
      .set32(r2, static_cast<std::uint32_t>(kLoopback));
  replace(code, kSource, Width::word, r1, r2);
  replace(code, kSourcePort, Width::half, r9, r8);
  code.move(r1, r6).set(r2, PACKET_HOST).call(BPF_FUNC_skb_change_type);
  result(code, "pass", TC_ACT_OK);
  result(code, "drop", TC_ACT_SHOT);
  return code;
}

BpfCode enter_branch() {
  BpfCode code = begin("drop");
  code.move(r1, r6).set(r2, PACKET_HOST).call(BPF_FUNC_skb_change_type);
  tell_beginning(code, "find listener");
  code.jump("pass").place("find listener");
  // Connections within the branch may have the client's port. None is from the endpoint's address.
  find_socket(code, kDestination);
  code.if_equal(r0, 0, "pass")  // it is refused
      .move(r9, r0)
      .load(Width::word, r1, r9, offsetof(bpf_sock, state))
      .if_differs(r1, kListening, "release")
      .move(r1, r6)
      .move(r2, r9)
      .set(r3, 0)
      .call(BPF_FUNC_sk_assign)
      .place("release")
      .move(r1, r9)
      .call(BPF_FUNC_sk_release);
  result(code, "pass", TC_ACT_OK);
  result(code, "drop", TC_ACT_SHOT);
  return code;
}

BpfCode leave_branch(std::uint32_t device) {
  BpfCode code = begin("pass");
  expect_loopback(code, kDestination, "pass");
  expect_source_of_endpoint(code, "pass");
  code.set(r1, static_cast<std::int32_t>(device)).set(r2, 0).call(BPF_FUNC_redirect).end();
  result(code, "pass", kToOthers);
  return code;
}

}  // namespace slip
