// SPDX-License-Identifier: Apache-2.0
#include "client/cli/error_report.h"

#include <fmt/format.h>

#include <string_view>

#include "base/json.h"
#include "client/cli/text_width.h"

namespace slip::cli {
namespace {

constexpr std::size_t detail_lines_max = 40;

// The last lines, each behind a bar.
std::string as_quotation(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  std::size_t from = text.size();
  for (std::size_t lines = 0; lines < detail_lines_max && from != text.npos; ++lines) {
    from = from == 0 ? text.npos : text.rfind('\n', from - 1);
  }
  if (from != text.npos) text.remove_prefix(from + 1);
  std::string out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    out += "  | " + printable(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace

std::string error_report(const Error& error, const std::string& operation) {
  std::string out = "slip: ";
  if (!error.context.empty()) out += "cannot " + printable(error.context.front()) + ": ";
  out += printable(error.message) + "\n";
  for (std::size_t i = 1; i < error.context.size(); ++i) {
    out += fmt::format("  while: {}\n", printable(error.context[i]));
  }
  if (!error.detail.empty()) out += as_quotation(error.detail);
  if (!operation.empty()) {
    out += fmt::format("  operation: {0} (slip operations show {0})\n", printable(operation));
  }
  if (!error.hint.empty()) out += "  " + printable(error.hint) + "\n";
  return out;
}

std::string error_report_json(const Error& error, const std::string& operation) {
  json::object about{{"code", to_string(error.code)}, {"message", error.message}};
  if (!error.hint.empty()) about["hint"] = error.hint;
  if (!error.context.empty()) about["context"] = to_json(error.context);
  if (!error.detail.empty()) about["output"] = error.detail;
  if (!operation.empty()) about["operation"] = operation;
  return json::serialize(json::object{{"error", about}}) + "\n";
}

}  // namespace slip::cli
