// SPDX-License-Identifier: Apache-2.0
#include "server/http/event_stream.h"

#include <algorithm>
#include <charconv>

namespace slip::http {
namespace {

bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}

// The text/event-stream form, as the HTML standard writes it.
std::string wire_text(const Event& event) {
  std::string out;
  if (event.id != 0) out += "id: " + std::to_string(event.id) + "\n";
  if (!event.type.empty()) {
    std::string type = event.type;
    std::replace_if(type.begin(), type.end(), is_line_end, ' ');
    out += "event: " + type + "\n";
  }
  std::string_view rest = event.data;
  while (true) {
    const auto end = std::min(rest.find_first_of("\r\n"), rest.size());
    out += "data: ";
    out += rest.substr(0, end);
    out += "\n";
    if (end == rest.size()) break;
    rest.remove_prefix(end + (rest.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  return out + "\n";
}

std::size_t size_of(const Event& event) {
  return event.type.size() + event.data.size() + 32;
}

}  // namespace

bool Subscription::replay(Event event) {
  const std::lock_guard lock(mutex_);
  if (phase_ != Phase::replaying) return false;
  if (enqueue(event)) return true;
  phase_ = Phase::replay_full;
  return false;
}

void Subscription::go_live() {
  const std::lock_guard lock(mutex_);
  if (phase_ == Phase::replay_full) phase_ = Phase::closed;
  if (phase_ == Phase::replaying) {
    phase_ = Phase::live;
    for (const auto& event : held_back_) {
      if (!enqueue(event)) {
        phase_ = Phase::closed;
        break;
      }
    }
  }
  held_back_.clear();
  if (wake_) wake_();
}

bool Subscription::push(const Event& event) {
  const std::lock_guard lock(mutex_);
  switch (phase_) {
    case Phase::replaying:
      held_back_bytes_ += size_of(event);
      held_back_.push_back(event);
      if (held_back_.size() > limits_.events_max || held_back_bytes_ > limits_.bytes_max) {
        held_back_.clear();
        phase_ = Phase::replay_full;
      }
      return true;
    case Phase::replay_full:
      return true;
    case Phase::live:
      break;
    default:
      return false;
  }
  const bool was_empty = text_.empty();
  if (!enqueue(event)) {
    phase_ = Phase::overflowed;
    text_ = {};
    if (wake_) wake_();
    return false;
  }
  if (was_empty && wake_) wake_();
  return true;
}

void Subscription::close() {
  const std::lock_guard lock(mutex_);
  if (phase_ == Phase::overflowed || phase_ == Phase::detached) return;
  phase_ = Phase::closed;
  if (wake_) wake_();
}

bool Subscription::is_open() const {
  const std::lock_guard lock(mutex_);
  return phase_ == Phase::replaying || phase_ == Phase::replay_full || phase_ == Phase::live;
}

bool Subscription::has_overflowed() const {
  const std::lock_guard lock(mutex_);
  return phase_ == Phase::overflowed;
}

Subscription::Taken Subscription::take() {
  const std::lock_guard lock(mutex_);
  Taken taken{.text = std::exchange(text_, {})};
  events_ = 0;
  if (phase_ == Phase::closed || phase_ == Phase::detached) taken.state = Taken::State::ended;
  if (phase_ == Phase::overflowed) taken.state = Taken::State::overflowed;
  return taken;
}

void Subscription::attach(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

void Subscription::keep_until_gone(std::shared_ptr<void> what) {
  const std::lock_guard lock(mutex_);
  if (phase_ != Phase::detached) kept_ = std::move(what);
}

void Subscription::detach() {
  std::shared_ptr<void> let_go;  // after the lock: whatever it is may look at other subscriptions
  const std::lock_guard lock(mutex_);
  phase_ = Phase::detached;
  wake_ = {};
  text_ = {};
  held_back_.clear();
  let_go = std::move(kept_);
}

bool Subscription::enqueue(const Event& event) {
  if (event.id != 0 && event.id <= last_id_) return true;
  std::string text = wire_text(event);
  // One event larger than the whole queue must still get through an empty one.
  const bool fits = events_ == 0 || (events_ < limits_.events_max &&
                                     text_.size() + text.size() <= limits_.bytes_max);
  if (!fits) return false;
  text_ += text;
  ++events_;
  if (event.id != 0) last_id_ = event.id;
  return true;
}

std::shared_ptr<Subscription> EventStream::subscribe(Wanted wanted) {
  auto subscription = std::make_shared<Subscription>(limits_);
  const std::lock_guard lock(mutex_);
  if (closed_) {
    subscription->close();
    return subscription;
  }
  std::erase_if(entries_, [](const Entry& entry) { return !entry.subscription->is_open(); });
  entries_.push_back({.subscription = subscription, .wanted = std::move(wanted)});
  return subscription;
}

void EventStream::publish(const Event& event) {
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [&](const Entry& entry) {
    if (entry.wanted && !entry.wanted(event)) return !entry.subscription->is_open();
    return !entry.subscription->push(event);
  });
}

void EventStream::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  for (const auto& entry : entries_) entry.subscription->close();
  entries_.clear();
}

std::size_t EventStream::subscriber_count() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(entries_.begin(), entries_.end(),
                    [](const Entry& entry) { return entry.subscription->is_open(); }));
}

std::optional<std::uint64_t> last_event_id(const Request& request) {
  std::string text(request.headers.find("Last-Event-ID").value_or(""));
  if (text.empty()) text = request.parameter("last_event_id").value_or("");
  std::uint64_t id = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (text.empty() || failed != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return id;
}

}  // namespace slip::http
