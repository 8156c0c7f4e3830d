// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "domain/user.h"
#include "product/product.h"
#include "queries/events.h"
#include "server/api/presence.h"
#include "server/http/event_stream.h"

namespace slip::api {

// Brings the product's events to everybody who listens, in order, each at most once, and only to
// those who may see what it is about; and tells who looks at which container. Thread-safe.
class EventFeed {
 public:
  explicit EventFeed(Product& product);
  ~EventFeed();
  EventFeed(const EventFeed&) = delete;
  EventFeed& operator=(const EventFeed&) = delete;

  struct Listener {
    Actor actor;
    std::optional<ContainerId> container = {};   // only its events
    std::optional<ContainerId> looking_at = {};  // is present there as long as it listens
    std::optional<Access> access = {};  // the session or token he listens by; nothing needs none
    // Replay what came after this one; nothing: only what comes from now on.
    std::optional<std::int64_t> after = {};
  };
  // Begins with an event "ready" that has the id of the newest event, unless it replays. Ends when
  // the access expires, when the user changes in any way, and when he may no longer look at the
  // container. Fails with `rate_limited` if the user has very many streams already.
  Result<std::shared_ptr<http::Subscription>> listen(const Listener& listener);

  // Ends the streams of a session or token that is no more.
  void end_streams(const AccessId& access);

  // Ends all streams; later ones end at once.
  void close();

  const Presence& presence() const { return presence_; }

 private:
  struct Entry {
    std::shared_ptr<http::Subscription> subscription;
    Actor actor;
    std::optional<ContainerId> container;
    std::optional<ContainerId> looking_at;
    std::optional<Access> access;
  };
  // Shared with the listener, which may be called as long as the catalog lives.
  struct Signal {
    std::mutex mutex;
    std::condition_variable changed;
    bool has_news = false;
    bool is_closed = false;

    void tell() {
      const std::lock_guard guard(mutex);
      has_news = true;
      changed.notify_all();
    }
  };

  void run();
  bool must_end(const Entry& entry, const Event& event, const queries::EventReach& reach) const;
  // Ends the streams whose access has expired; returns how long it is until the next one's does.
  Duration end_expired();
  bool has_too_many(const UserId& user) const;
  Result<> replay(const Entry& entry, std::int64_t after);
  Result<> bring_news();
  Result<> tell_of_presence();
  void hand_out(const Event& event, const queries::EventReach& reach);

  Product& product_;
  const std::shared_ptr<Signal> signal_ = std::make_shared<Signal>();
  Presence presence_;
  std::mutex mutex_;
  std::vector<Entry> entries_;  // guarded by mutex_
  bool is_closed_ = false;      // guarded by mutex_
  std::int64_t last_ = 0;       // only the thread's, once it runs
  std::thread thread_;
};

}  // namespace slip::api
