// SPDX-License-Identifier: Apache-2.0
#include "adapters/fake/fake_adapter.h"

namespace slip {

void FakeAdapter::fail_next(const std::string& method, Error error) {
  const std::lock_guard guard(lock_);
  failures_.insert_or_assign(method, std::move(error));
}

void FakeAdapter::set_ready_after(int tries) {
  const std::lock_guard guard(lock_);
  ready_after_ = tries;
  tries_.clear();
}

void FakeAdapter::set_has_process(bool has) {
  const std::lock_guard guard(lock_);
  has_process_ = has;
}

int FakeAdapter::calls(const std::string& method) const {
  const std::lock_guard guard(lock_);
  const auto found = calls_.find(method);
  return found == calls_.end() ? 0 : found->second;
}

Result<> FakeAdapter::called(const std::string& method) const {
  const std::lock_guard guard(lock_);
  ++calls_[method];
  auto failure = failures_.extract(method);
  if (!failure.empty()) return std::move(failure.mapped());
  return {};
}

DataPosition FakeAdapter::next_position() const {
  const Timestamp at = callbacks_.now ? callbacks_.now() : Timestamp{1};
  const std::lock_guard guard(lock_);
  return DataPosition{.at = at, .position = "fake/" + std::to_string(++positions_)};
}

AdapterInfo FakeAdapter::info() const {
  return AdapterInfo{.kind = "fake", .notes = {}};
}

Result<> FakeAdapter::validate(const SourceConfig& config) const {
  TRY(called("validate"));
  if (config.setting("refuse")) {
    return Error{.code = ErrorCode::invalid_argument, .message = "refuse is not a fake's setting"};
  }
  return {};
}

bool FakeAdapter::incremental(const SourceConfig&) const {
  return false;
}

Result<DataPosition> FakeAdapter::ingest(const IngestRequest& request) const {
  TRY(called("ingest"));
  if (request.progress && !request.progress("filling", 0.5)) {
    return Error{.code = ErrorCode::canceled, .message = "filling was canceled"};
  }
  if (callbacks_.on_ingest) TRY(callbacks_.on_ingest(request));
  return next_position();
}

Result<> FakeAdapter::prepare(const InstanceContext& instance) const {
  TRY(called("prepare"));
  return callbacks_.on_prepare ? callbacks_.on_prepare(instance) : Result<>();
}

Result<std::optional<LaunchSpec>> FakeAdapter::launch(const InstanceContext& instance) const {
  TRY(called("launch"));
  const std::lock_guard guard(lock_);
  if (!has_process_) return std::optional<LaunchSpec>();
  return std::optional(LaunchSpec{.argv = {"/bin/fake", instance.id.str()},
                                  .env = {},
                                  .working_directory = instance.directory,
                                  .writable = {instance.directory},
                                  .readable = {}});
}

Result<> FakeAdapter::ready(const InstanceContext& instance) const {
  TRY(called("ready"));
  const std::lock_guard guard(lock_);
  if (++tries_[instance.id.str()] < ready_after_) {
    return Error{.code = ErrorCode::unavailable, .message = "the fake is not ready yet"};
  }
  return {};
}

Result<> FakeAdapter::flush(const InstanceContext& instance) const {
  TRY(called("flush"));
  return callbacks_.on_flush ? callbacks_.on_flush(instance) : Result<>();
}

Result<> FakeAdapter::write_out(const InstanceContext&, WriteOutHow) const {
  return called("write_out");
}

Result<Lacks> FakeAdapter::lacks(const InstanceContext&) const {
  TRY(called("lacks"));
  return Lacks{};
}

Result<Ending> FakeAdapter::ending(const InstanceContext&) const {
  TRY(called("ending"));
  return Ending::in_good_order;
}

Result<DataPosition> FakeAdapter::position(const InstanceContext&) const {
  TRY(called("position"));
  return next_position();
}

Result<> FakeAdapter::forget_the_past(const InstanceContext&, Timestamp,
                                      const std::function<bool()>&) const {
  return called("forget_the_past");
}

Duration FakeAdapter::stop_patience() const {
  return std::chrono::seconds(1);
}

Sibling FakeAdapter::as_sibling(const InstanceContext& instance) const {
  return Sibling{.name = instance.source_name,
                 .env = {{"HOST", "127.0.0.1"}, {"PORT", std::to_string(instance.port)}}};
}

std::optional<Connection> FakeAdapter::connection(const InstanceContext&, std::string_view host,
                                                  std::uint16_t port) const {
  const std::string url = "fake://" + std::string(host) + ":" + std::to_string(port);
  return Connection{.url = url, .formats = {{"url", url}}};
}

}  // namespace slip
