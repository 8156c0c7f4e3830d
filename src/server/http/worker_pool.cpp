// SPDX-License-Identifier: Apache-2.0
#include "server/http/worker_pool.h"

namespace slip::http {

WorkerPool::WorkerPool(const WorkerPoolSize& size) : waiting_max_(size.waiting_max) {
  threads_.reserve(size.threads + size.reserved);
  for (std::size_t i = 0; i < size.threads; ++i) {
    threads_.emplace_back([this] { work(Takes::all); });
  }
  for (std::size_t i = 0; i < size.reserved; ++i) {
    threads_.emplace_back([this] { work(Takes::of_the_machine); });
  }
}

Submitted WorkerPool::submit(Caller caller, std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    Queue& queue = caller == Caller::of_the_machine ? of_the_machine_ : of_others_;
    if (stopping_ || queue.size() >= waiting_max_) return Submitted::full;
    queue.push_back(std::move(task));
  }
  // One alone might be of those that do not take it.
  changed_.notify_all();
  return Submitted::accepted;
}

void WorkerPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

WorkerPool::Queue* WorkerPool::queue_for(Takes takes) {
  if (!of_the_machine_.empty()) return &of_the_machine_;
  return takes == Takes::all && !of_others_.empty() ? &of_others_ : nullptr;
}

void WorkerPool::work(Takes takes) {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stopping_ || queue_for(takes) != nullptr; });
    Queue* const queue = queue_for(takes);
    if (queue == nullptr) return;
    {
      const auto task = std::move(queue->front());
      queue->pop_front();
      lock.unlock();
      task();
    }
    lock.lock();
  }
}

}  // namespace slip::http
