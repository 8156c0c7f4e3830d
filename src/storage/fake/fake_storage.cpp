// SPDX-License-Identifier: Apache-2.0
#include "storage/fake/fake_storage.h"

#include <algorithm>
#include <limits>
#include <set>

namespace slip {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kRoot = "/fake/";

Error no_such(const std::string& what) {
  return Error{.code = ErrorCode::not_found, .message = "the pool has no " + what};
}

template <class Map, class SomeId>
auto find(Map& map, const SomeId& id) -> Result<decltype(&map.begin()->second)> {
  const auto found = map.find(id);
  if (found == map.end()) return no_such(id.str());
  return &found->second;
}

Result<std::string> content(const FakeStorage::Tree& tree, const std::string& path) {
  const auto found = tree.find(path);
  if (found == tree.end()) return no_such("file " + path);
  return *found->second;
}

// "vol_x" and "a/b" of "/fake/vol_x/a/b".
std::pair<std::string, std::string> split(const fs::path& path) {
  const std::string text = path.lexically_normal().string();
  if (text.compare(0, kRoot.size(), kRoot) != 0) return {};
  const std::size_t slash = text.find('/', kRoot.size());
  const std::string id = text.substr(kRoot.size(), slash - kRoot.size());
  std::string rest = slash == std::string::npos ? "" : text.substr(slash + 1);
  if (!rest.empty() && rest.back() == '/') rest.pop_back();
  return {id, rest};
}

}  // namespace

FakeStorage::FakeStorage() = default;

Result<> FakeStorage::interfere(const std::string& method, When when) {
  std::function<Result<>(std::string_view, When)> hook;
  {
    const std::lock_guard lock(mutex_);
    auto& failures = failures_[method];
    if (!failures.empty() && failures.front().when == when) {
      Error error = std::move(failures.front().error);
      failures.pop_front();
      return error;
    }
    hook = hook_;
  }
  return hook ? hook(method, when) : Result<>();
}

template <class Act>
auto FakeStorage::call(const std::string& method, Act act) -> decltype(act()) {
  TRY(interfere(method, When::before));
  auto result = [&] {
    const std::lock_guard lock(mutex_);
    return act();
  }();
  TRY(interfere(method, When::after));
  return result;
}

std::int64_t FakeStorage::used() const {
  std::set<const std::string*> seen;
  std::int64_t bytes = 0;
  const auto count = [&](const auto& all) {
    for (const auto& [id, held] : all) {
      for (const auto& [path, text] : held.tree) {
        if (seen.insert(text.get()).second) bytes += static_cast<std::int64_t>(text->size());
      }
    }
  };
  count(volumes_);
  count(snapshots_);
  return bytes;
}

StorageUsage FakeStorage::usage_of(const Tree& tree) const {
  StorageUsage usage;
  for (const auto& [path, text] : tree) {
    const auto size = static_cast<std::int64_t>(text->size());
    usage.logical += size;
    if (text.use_count() == 1) usage.unique += size;
  }
  return usage;
}

Result<std::string> FakeStorage::read(const VolumeId& volume, const std::string& path) const {
  const std::lock_guard lock(mutex_);
  return content(TRY(find(volumes_, volume))->tree, path);
}

Result<std::string> FakeStorage::read(const SnapshotId& snapshot, const std::string& path) const {
  const std::lock_guard lock(mutex_);
  return content(TRY(find(snapshots_, snapshot))->tree, path);
}

Result<> FakeStorage::write(const VolumeId& volume, const std::string& path, std::string text) {
  const std::lock_guard lock(mutex_);
  Held& held = *TRY(find(volumes_, volume));
  if (capacity_ && used() + static_cast<std::int64_t>(text.size()) > *capacity_) {
    return Error{.code = ErrorCode::no_space, .message = "no space left in the pool"};
  }
  held.tree[path] = std::make_shared<const std::string>(std::move(text));
  return {};
}

Result<> FakeStorage::remove(const VolumeId& volume, const std::string& path) {
  const std::lock_guard lock(mutex_);
  TRY(find(volumes_, volume))->tree.erase(path);
  return {};
}

Result<FakeStorage::Tree> FakeStorage::tree(const VolumeId& volume) const {
  const std::lock_guard lock(mutex_);
  return TRY(find(volumes_, volume))->tree;
}

Result<> FakeStorage::copy(const fs::path& from, const Place& to) {
  const auto [id, below] = split(from);
  const std::lock_guard lock(mutex_);
  const Tree source = VolumeId::looks_like(id) ? TRY(find(volumes_, VolumeId(id)))->tree
                                               : TRY(find(snapshots_, SnapshotId(id)))->tree;
  Held& target = *TRY(find(volumes_, to.volume));
  const std::string from_prefix = below.empty() ? "" : below + "/";
  const std::string to_prefix = to.path.empty() ? "" : to.path + "/";
  for (const auto& [path, text] : source) {
    if (path.compare(0, from_prefix.size(), from_prefix) != 0) continue;
    target.tree[to_prefix + path.substr(from_prefix.size())] = text;
  }
  return {};
}

std::optional<FakeStorage::Place> FakeStorage::place_of(const fs::path& path) {
  auto [id, below] = split(path);
  if (!VolumeId::looks_like(id)) return std::nullopt;
  return Place{.volume = VolumeId(id), .path = std::move(below)};
}

void FakeStorage::fail_next(const std::string& method, Error error, When when) {
  const std::lock_guard lock(mutex_);
  failures_[method].push_back({.error = std::move(error), .when = when});
}

void FakeStorage::on_call(std::function<Result<>(std::string_view, When)> hook) {
  const std::lock_guard lock(mutex_);
  hook_ = std::move(hook);
}

void FakeStorage::set_capacity(std::optional<std::int64_t> bytes) {
  const std::lock_guard lock(mutex_);
  capacity_ = bytes;
}

void FakeStorage::set_host(std::optional<HostSpace> host) {
  const std::lock_guard lock(mutex_);
  host_ = host;
}

int FakeStorage::times_revived() const {
  const std::lock_guard lock(mutex_);
  return times_revived_;
}

Result<> FakeStorage::revive() {
  return call("revive", [&]() -> Result<> {
    ++times_revived_;
    return {};
  });
}

void FakeStorage::set_capabilities(StorageCapabilities capabilities) {
  const std::lock_guard lock(mutex_);
  capabilities_ = capabilities;
}

void FakeStorage::add_unknown(std::string name) {
  const std::lock_guard lock(mutex_);
  unknown_.push_back(std::move(name));
}

StorageInfo FakeStorage::info() const {
  const std::lock_guard lock(mutex_);
  return {.driver = "fake", .version = "1", .root = "/fake", .capabilities = capabilities_};
}

Result<PoolSpace> FakeStorage::probe() {
  return call("probe", [&]() -> Result<PoolSpace> {
    const std::int64_t total = capacity_.value_or(std::int64_t{1} << 40);
    return PoolSpace{
        .total = total, .free = std::max<std::int64_t>(0, total - used()), .host = host_};
  });
}

Result<> FakeStorage::create_volume(const VolumeId& volume, const SelfDescription& about) {
  return call("create_volume", [&]() -> Result<> {
    volumes_.try_emplace(volume, Held{.tree = {}, .about = about});
    return {};
  });
}

Result<> FakeStorage::snapshot(const VolumeId& volume, const SnapshotId& snapshot,
                               const SelfDescription& about) {
  return call("snapshot", [&]() -> Result<> {
    if (snapshots_.contains(snapshot)) return {};
    const Held& from = *TRY(find(volumes_, volume));
    snapshots_[snapshot] = {.tree = from.tree, .about = about};
    return {};
  });
}

Result<> FakeStorage::clone(const SnapshotId& snapshot, const VolumeId& to,
                            const SelfDescription& about) {
  return call("clone", [&]() -> Result<> {
    if (volumes_.contains(to)) return {};
    const Held& from = *TRY(find(snapshots_, snapshot));
    volumes_[to] = {.tree = from.tree, .about = about};
    return {};
  });
}

// What the talk leads to may call this again: not under the lock.
Result<> FakeStorage::compose(const VolumeId& to, const std::vector<TreePart>& parts,
                              const SelfDescription& about, const ComposeTalk& talk) {
  TRY(check_parts(parts));
  TRY(interfere("compose", When::before));
  Held made{.tree = {}, .about = about};
  const bool is_made = TRY(gather(to, parts, made.tree));
  for (const auto& part : parts) {
    if (is_made) break;
    if (talk.begins) talk.begins(part.name);
    if (talk.keep_going && !talk.keep_going()) {
      return Error{.code = ErrorCode::canceled, .message = "the operation was canceled"};
    }
  }
  {
    const std::lock_guard lock(mutex_);
    volumes_.try_emplace(to, std::move(made));
  }
  return interfere("compose", When::after);
}

Result<bool> FakeStorage::gather(const VolumeId& to, const std::vector<TreePart>& parts,
                                 Tree& tree) const {
  const std::lock_guard lock(mutex_);
  if (volumes_.contains(to)) return true;
  for (const auto& [name, snapshot] : parts) {
    for (const auto& [path, text] : TRY(find(snapshots_, snapshot))->tree) {
      tree[name + "/" + path] = text;
    }
  }
  return false;
}

Result<HeldTree> FakeStorage::attach(const VolumeId& volume) {
  return holds_.hold(volume.str(), [&] {
    return call("attach", [&]() -> Result<fs::path> {
      TRY(find(volumes_, volume));
      return fs::path(std::string(kRoot) + volume.str());
    });
  });
}

// Nothing lies in it: there is nothing for `on_call` to stop at.
Result<fs::path> FakeStorage::trusted(const VolumeId& volume, const std::string& name) {
  const std::lock_guard lock(mutex_);
  TRY(find(volumes_, volume));
  return fs::path(kRoot) / "trusted" / volume.str() / name;
}

Result<HeldTree> FakeStorage::open(const SnapshotId& snapshot) {
  return holds_.hold(snapshot.str(), [&] {
    return call("open", [&]() -> Result<fs::path> {
      TRY(find(snapshots_, snapshot));
      return fs::path(std::string(kRoot) + snapshot.str());
    });
  });
}

Result<> FakeStorage::destroy(const VolumeId& volume) {
  return holds_.unless_held(volume.str(), [&] {
    return call("destroy", [&]() -> Result<> {
      volumes_.erase(volume);
      return {};
    });
  });
}

Result<> FakeStorage::destroy(const SnapshotId& snapshot) {
  return holds_.unless_held(snapshot.str(), [&] {
    return call("destroy", [&]() -> Result<> {
      snapshots_.erase(snapshot);
      return {};
    });
  });
}

Result<StorageUsage> FakeStorage::usage(const VolumeId& volume) {
  return call("usage", [&]() -> Result<StorageUsage> {
    return usage_of(TRY(find(volumes_, volume))->tree);
  });
}

Result<StorageUsage> FakeStorage::usage(const SnapshotId& snapshot) {
  return call("usage", [&]() -> Result<StorageUsage> {
    return usage_of(TRY(find(snapshots_, snapshot))->tree);
  });
}

void FakeStorage::set_charged(std::uint32_t owner, std::int64_t bytes) {
  const std::lock_guard lock(mutex_);
  charged_[owner] = bytes;
}

std::optional<std::int64_t> FakeStorage::limit_of(std::uint32_t owner) const {
  const std::lock_guard lock(mutex_);
  const auto found = limits_.find(owner);
  return found == limits_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::uint32_t> FakeStorage::owner_of(const VolumeId& volume) const {
  const std::lock_guard lock(mutex_);
  const auto found = owners_.find(volume);
  return found == owners_.end() ? std::nullopt : std::optional(found->second);
}

Result<> FakeStorage::charge(const VolumeId& volume, std::uint32_t owner) {
  return call("charge", [&]() -> Result<> {
    if (!volumes_.contains(volume)) {
      return Error{.code = ErrorCode::not_found, .message = "the pool has no " + volume.str()};
    }
    owners_[volume] = owner;
    return {};
  });
}

// These two are no calls to die at: they change no data.
Result<> FakeStorage::limit(std::uint32_t owner, std::optional<std::int64_t> bytes) {
  const std::lock_guard lock(mutex_);
  if (!capabilities_.quotas) return StorageDriver::limit(owner, bytes);
  limits_.erase(owner);
  if (bytes) limits_[owner] = *bytes;
  return {};
}

Result<std::optional<std::int64_t>> FakeStorage::charged(std::uint32_t owner) {
  const std::lock_guard lock(mutex_);
  if (!capabilities_.quotas) return std::optional<std::int64_t>();
  const auto found = charged_.find(owner);
  return std::optional(found == charged_.end() ? 0 : found->second);
}

Result<StorageListing> FakeStorage::list() {
  return call("list", [&]() -> Result<StorageListing> {
    StorageListing listing;
    for (const auto& [id, held] : volumes_) listing.volumes.push_back({id, held.about});
    for (const auto& [id, held] : snapshots_) listing.snapshots.push_back({id, held.about});
    listing.unknown = unknown_;
    return listing;
  });
}

}  // namespace slip
