// SPDX-License-Identifier: Apache-2.0
#include "storage/holds/tree_holds.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <utility>

namespace slip {

namespace fs = std::filesystem;

class TreeHolds::State {
 public:
  explicit State(Detach detach) : detach_(std::move(detach)) {}

  Result<> attach(const std::string& id, const std::function<Result<fs::path>()>& attach,
                  fs::path& path) {
    const Turn turn(*this, id);
    path = TRY(attach());
    const std::lock_guard lock(mutex_);
    Tree& tree = trees_[id];
    ++tree.holds;
    tree.is_attached = true;
    tree.is_left = false;
    return {};
  }

  void end(const std::string& id, TreeUse how) {
    const Turn turn(*this, id);
    {
      const std::lock_guard lock(mutex_);
      Tree& tree = trees_[id];
      --tree.holds;
      if (how == TreeUse::goes_on) tree.is_left = true;
      if (tree.holds > 0 || tree.is_left) return;
    }
    detach(id);
  }

  Result<> unless_held(const std::string& id, const std::function<Result<>()>& act) {
    const Turn turn(*this, id);
    {
      const std::lock_guard lock(mutex_);
      if (trees_[id].holds > 0) {
        return Error{.code = ErrorCode::busy, .message = id + " is in use"};
      }
    }
    detach(id);
    return act();
  }

  std::vector<std::string> attached() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> all;
    for (const auto& [id, tree] : trees_) {
      if (tree.is_attached) all.push_back(id);
    }
    return all;
  }

  // Whoever ends a hold from now on finds nothing to detach with.
  void close() {
    const std::lock_guard lock(mutex_);
    detach_ = nullptr;
  }

 private:
  struct Tree {
    bool in_hand = false;
    bool is_attached = false;
    bool is_left = false;  // for what outlives this process, since the last who began to hold it
    int holds = 0;
  };

  // One at a time has a tree in hand; the others wait here.
  class Turn {
   public:
    Turn(State& state, const std::string& id) : state_(state), id_(id) {
      std::unique_lock lock(state_.mutex_);
      state_.ended_.wait(lock, [&] { return !state_.trees_[id_].in_hand; });
      state_.trees_[id_].in_hand = true;
    }
    ~Turn() {
      const std::lock_guard lock(state_.mutex_);
      Tree& tree = state_.trees_[id_];
      tree.in_hand = false;
      if (tree.holds == 0 && !tree.is_attached) state_.trees_.erase(id_);
      state_.ended_.notify_all();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    State& state_;
    const std::string id_;
  };

  // By whoever has it in hand.
  void detach(const std::string& id) {
    Detach detach;
    {
      const std::lock_guard lock(mutex_);
      if (!std::exchange(trees_[id].is_attached, false)) return;
      detach = detach_;
    }
    if (detach) detach(id);
  }

  mutable std::mutex mutex_;
  std::condition_variable ended_;
  std::map<std::string, Tree> trees_;
  Detach detach_;
};

TreeHolds::TreeHolds(Detach detach) : state_(std::make_shared<State>(std::move(detach))) {}

TreeHolds::~TreeHolds() {
  state_->close();
}

Result<HeldTree> TreeHolds::hold(const std::string& id,
                                 const std::function<Result<fs::path>()>& attach) {
  fs::path path;
  TRY(state_->attach(id, attach, path));
  return HeldTree(std::move(path), [state = state_, id](TreeUse how) { state->end(id, how); });
}

Result<> TreeHolds::unless_held(const std::string& id, const std::function<Result<>()>& act) {
  return state_->unless_held(id, act);
}

std::vector<std::string> TreeHolds::attached() const {
  return state_->attached();
}

}  // namespace slip
