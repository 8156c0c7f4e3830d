// SPDX-License-Identifier: Apache-2.0
// Run as an instance by the tests of networks.
//   network_probe serve PORT WORD  says "serving", and the word to everybody who connects
//   network_probe ask PORT...      what it hears at each port: a word, or "nobody"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

sockaddr_in loopback(const char* port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int serve(const char* port, const char* word) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  const int yes = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const sockaddr_in address = loopback(port);
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener, 16) != 0) {
    std::perror("serve");
    return 1;
  }
  std::puts("serving");
  std::fflush(stdout);
  while (true) {
    const int peer = accept(listener, nullptr, nullptr);
    [[maybe_unused]] const ssize_t said = write(peer, word, std::strlen(word));
    close(peer);
  }
}

void ask(const char* port) {
  const int peer = socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address = loopback(port);
  char word[64] = "nobody";
  if (connect(peer, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    const ssize_t got = read(peer, word, sizeof word - 1);
    word[got < 0 ? 0 : got] = 0;
  }
  std::puts(word);
  close(peer);
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 4 && std::strcmp(arguments[1], "serve") == 0) {
    return serve(arguments[2], arguments[3]);
  }
  for (int i = 2; i < count; ++i) ask(arguments[i]);
}
