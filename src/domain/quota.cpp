// SPDX-License-Identifier: Apache-2.0
#include "domain/quota.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace slip {
namespace {

constexpr std::int64_t mebibyte = std::int64_t{1} << 20;
constexpr std::int64_t gibibyte = std::int64_t{1} << 30;

// Below the first no database can be written to.
constexpr std::int64_t disk_least = 64 * mebibyte;
constexpr std::int64_t disk_most = std::int64_t{1} << 50;

// Whole units where the number is one, so that people find what they gave.
std::string size_in_words(std::int64_t bytes) {
  for (const auto& [unit, name] : {std::pair(gibibyte, "GiB"), std::pair(mebibyte, "MiB")}) {
    if (bytes % unit == 0) return fmt::format("{} {}", bytes / unit, name);
  }
  return bytes >= gibibyte ? fmt::format("{:.1f} GiB", static_cast<double>(bytes) / gibibyte)
                           : fmt::format("{:.1f} MiB", static_cast<double>(bytes) / mebibyte);
}

void add_sentence(std::vector<std::string>& all, const char* what, Kept kept) {
  switch (kept) {
    case Kept::not_at_all:
      all.push_back(fmt::format("{}: this machine cannot keep it (\"slip doctor\").", what));
      break;
    case Kept::of_each_process:
      all.push_back(
          fmt::format("{}: of each process, since this machine cannot count it for the container "
                      "together; from the next start.",
                      what));
      break;
    case Kept::at_the_next_start:
      all.push_back(fmt::format("{}: from the next start.", what));
      break;
    case Kept::at_once:
      break;
  }
}

}  // namespace

Result<> check_quota(const Quota& quota) {
  TRY(check_limits(limits_of_what_runs(quota)));
  if (!quota.disk_bytes) return {};
  if (*quota.disk_bytes >= disk_least && *quota.disk_bytes <= disk_most) return {};
  return Error{.code = ErrorCode::invalid_argument,
               .message = fmt::format("disk_bytes is a size from {} MiB on, and not {} bytes",
                                      disk_least / mebibyte, *quota.disk_bytes)};
}

RunLimits limits_of_what_runs(const Quota& quota) {
  return {.memory_bytes = quota.memory_bytes,
          .processes = quota.processes,
          .cpu_weight = quota.cpu_weight,
          .open_files = quota.open_files};
}

std::string words_of(const Quota& quota) {
  std::vector<std::string> all;
  if (quota.memory_bytes) all.push_back(size_in_words(*quota.memory_bytes) + " of memory");
  if (quota.processes) all.push_back(fmt::format("{} processes", *quota.processes));
  if (quota.open_files) all.push_back(fmt::format("{} open files", *quota.open_files));
  if (quota.disk_bytes) all.push_back(size_in_words(*quota.disk_bytes) + " of disk");
  std::string words = all.empty() ? "" : fmt::format("at most {}", fmt::join(all, ", "));
  if (quota.cpu_weight) {
    words += fmt::format("{}processor weight {}", words.empty() ? "" : ", ", *quota.cpu_weight);
  }
  return words.empty() ? "no limits" : words;
}

std::vector<std::string> how_kept(const Quota& quota, const HowKept& machine) {
  std::vector<std::string> all;
  if (quota.memory_bytes) add_sentence(all, "Memory", machine.memory);
  if (quota.processes) add_sentence(all, "Processes", machine.processes);
  if (quota.cpu_weight) add_sentence(all, "Processor weight", machine.cpu_weight);
  if (quota.open_files) all.emplace_back("Open files: of each process, from the next start.");
  return all;
}

std::int64_t slack_of(std::int64_t disk_quota) {
  return std::clamp(disk_quota / 16, 32 * mebibyte, gibibyte);
}

namespace {

constexpr std::int64_t kToWork = gibibyte;  // no slack is more

// What no number of starts and restores brings a container beyond.
std::int64_t end_of_rest(std::int64_t disk_quota) {
  return disk_quota + std::max(disk_quota / 2, 8 * slack_of(disk_quota));
}
std::int64_t end_of_work(std::int64_t disk_quota) {
  return end_of_rest(disk_quota) + 2 * kToWork;
}

}  // namespace

DiskRoom disk_room(std::int64_t disk_quota, std::int64_t used) {
  if (used + slack_of(disk_quota) > end_of_work(disk_quota)) return DiskRoom::spent;
  if (used >= end_of_rest(disk_quota)) return DiskRoom::overdrawn;
  return used >= disk_quota ? DiskRoom::used_up : DiskRoom::ample;
}

std::int64_t ceiling_at_rest(std::int64_t disk_quota, std::int64_t used) {
  return std::min(std::max(disk_quota, used) + slack_of(disk_quota), end_of_rest(disk_quota));
}

std::int64_t ceiling_at_work(std::int64_t disk_quota, std::int64_t used) {
  return std::min(std::max(disk_quota, used) + kToWork, end_of_work(disk_quota));
}

}  // namespace slip
