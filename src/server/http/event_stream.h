// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "server/http/message.h"

namespace slip::http {

// One server-sent event. Ids rise; a client that comes back names the last one it saw.
struct Event {
  std::uint64_t id = 0;   // 0: no id, the client's position stays where it is
  std::string type = {};  // the `event:` field; one line
  std::string data = {};  // may have several lines
};

struct SubscriptionLimits {
  std::size_t events_max = 1024;
  std::size_t bytes_max = 1 << 20;
};

// One client's queue of events, from any thread to the server's socket thread. Bounded: a client
// that does not keep up is cut off, and comes back with Last-Event-ID. Thread-safe.
//
// It begins by replaying: live events that arrive meanwhile are held back, and `go_live` sends
// those of them that the replay did not already cover. So nothing is lost or doubled, if it is
// subscribed before the replay is read from the catalog.
class Subscription {
 public:
  explicit Subscription(SubscriptionLimits limits = {}) : limits_(limits) {}

  // An event of the past. False: the queue is full; stop reading, call go_live. The client gets
  // what is queued, is then disconnected, and fetches the rest by coming back.
  bool replay(Event event);
  void go_live();

  // A live event. Events with an id that was already sent are skipped. False: this client is gone.
  bool push(const Event& event);

  // Sends what is queued, then ends the stream.
  void close();
  bool is_open() const;
  // The client was too slow and is to be cut off.
  bool has_overflowed() const;

  // Lets go of `what` when the client is gone.
  void keep_until_gone(std::shared_ptr<void> what);

  // For the server's connection only: takes the wire text of all that is queued. `wake` is called,
  // on any thread, whenever there is something new to take or the state changed.
  struct Taken {
    std::string text;
    enum class State { open, ended, overflowed } state = State::open;
  };
  Taken take();
  void attach(std::function<void()> wake);
  // The client is gone: everything later is dropped.
  void detach();

 private:
  enum class Phase { replaying, replay_full, live, closed, overflowed, detached };
  bool enqueue(const Event& event);

  const SubscriptionLimits limits_;
  mutable std::mutex mutex_;
  Phase phase_ = Phase::replaying;
  std::deque<Event> held_back_;
  std::size_t held_back_bytes_ = 0;
  std::string text_;
  std::size_t events_ = 0;
  std::uint64_t last_id_ = 0;
  std::function<void()> wake_;
  std::shared_ptr<void> kept_;
};

// Hands each event to every subscription that wants it. Thread-safe.
//
//   auto subscription = events.subscribe(wanted);
//   for (auto& e : catalog.events_after(last_event_id(request))) if (!subscription->replay(e))
//   break; subscription->go_live(); return event_response(subscription);
class EventStream {
 public:
  using Wanted = std::function<bool(const Event&)>;

  explicit EventStream(SubscriptionLimits limits = {}) : limits_(limits) {}
  ~EventStream() { close(); }

  // `wanted` is called on the publishing thread and must not call back into this object.
  std::shared_ptr<Subscription> subscribe(Wanted wanted = {});
  void publish(const Event& event);
  // Ends all subscriptions; later ones end at once.
  void close();
  std::size_t subscriber_count() const;

 private:
  struct Entry {
    std::shared_ptr<Subscription> subscription;
    Wanted wanted;
  };
  const SubscriptionLimits limits_;
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
  bool closed_ = false;
};

// The Last-Event-ID header, or the `last_event_id` query parameter; nothing when absent or no
// number.
std::optional<std::uint64_t> last_event_id(const Request& request);

}  // namespace slip::http
