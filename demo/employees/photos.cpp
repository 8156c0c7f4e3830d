// SPDX-License-Identifier: Apache-2.0
#include "photos.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

#include "web/text.h"

namespace employees {
namespace {

using web::html_escaped;

// Small numbers that look unrelated from one id to the next (the finalizer of splitmix64).
std::uint64_t scattered(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

template <class T, std::size_t size>
const T& pick(const T (&choices)[size], std::uint64_t number) {
  return choices[number % size];
}

constexpr const char* backgrounds[] = {"#dbe7f3", "#e4eddc", "#f5e5d3",
                                       "#ecdff0", "#f6dede", "#d9eeea"};
constexpr const char* skins[] = {"#f6d3b8", "#e8b58c", "#c98d5f", "#9a6340", "#6f452b"};
constexpr const char* hairs[] = {"#2b2220", "#5a3a24", "#8c5a2b", "#c9a15a", "#9b9a98", "#7a2f22"};
constexpr const char* clothes[] = {"#33577b", "#4c7a4f", "#a4552f",
                                   "#6b4a86", "#9c3b4a", "#2f7a76"};

constexpr const char* hair_cuts[] = {
    // short
    "<path d='M31 44c-2-20 9-28 19-28s21 8 19 28c-4-10-9-14-19-14s-15 4-19 14z' fill='{}'/>",
    // long
    "<path d='M28 70c-5-38 4-55 22-55s27 17 22 55l-8 2c3-22 2-32-4-40-8 3-16 3-23 0-5 8-4 20-1 40z'"
    " fill='{}'/>",
    // curly
    "<g fill='{}'><circle cx='36' cy='31' r='9'/><circle cx='45' cy='24' r='9'/>"
    "<circle cx='56' cy='24' r='9'/><circle cx='64' cy='31' r='9'/></g>",
    // parted
    "<path d='M31 43c-1-19 8-27 20-27 11 0 19 8 18 27-3-8-5-10-7-13-9 1-17-1-22-5-2 7-6 10-9 18z'"
    " fill='{}'/>",
};

constexpr const char* mouths[] = {
    "<path d='M42 57q8 7 16 0' fill='none' stroke='#5b2d22' stroke-width='2' "
    "stroke-linecap='round'/>",
    "<path d='M42 57q8 9 16 0z' fill='#fff' stroke='#5b2d22' stroke-width='1.5'/>",
    "<path d='M43 59h14' stroke='#5b2d22' stroke-width='2' stroke-linecap='round'/>",
};

std::string with_colour(std::string shape, const char* colour) {
  const std::size_t place = shape.find("{}");
  return shape.replace(place, 2, colour);
}

}  // namespace

std::string draw_portrait(const Employee& employee) {
  const std::uint64_t face = scattered(static_cast<std::uint64_t>(employee.id));
  const char* const skin = pick(skins, face >> 8);
  std::ostringstream svg;
  svg << "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'>\n"
      << "<title>" << html_escaped(employee.name) << "</title>\n"
      << "<rect width='100' height='100' fill='" << pick(backgrounds, face) << "'/>\n"
      << "<path d='M14 100c2-22 18-28 36-28s34 6 36 28z' fill='" << pick(clothes, face >> 16)
      << "'/>\n"
      << "<path d='M42 62h16v12c-4 6-12 6-16 0z' fill='" << skin << "'/>\n"
      << "<ellipse cx='50' cy='46' rx='18' ry='22' fill='" << skin << "'/>\n"
      << "<g fill='#2b2220'><circle cx='43' cy='45' r='2.2'/><circle cx='57' cy='45' "
         "r='2.2'/></g>\n"
      << pick(mouths, face >> 24) << "\n"
      << with_colour(pick(hair_cuts, face >> 32), pick(hairs, face >> 40)) << "\n";
  if ((face >> 48) % 4 == 0) {
    svg << "<g fill='none' stroke='#3a3a3a' stroke-width='1.6'><circle cx='43' cy='45' r='6'/>"
           "<circle cx='57' cy='45' r='6'/><path d='M49 45h2'/></g>\n";
  }
  svg << "</svg>\n";
  return svg.str();
}

std::filesystem::path Photos::path_of(long id) const {
  return directory_ / (std::to_string(id) + ".svg");
}

Outcome<void> Photos::add(const Employee& employee) const {
  const auto path = path_of(employee.id);
  auto beside = path;
  beside += ".new";
  std::error_code failure;
  std::filesystem::create_directories(directory_, failure);
  errno = 0;
  std::ofstream file(beside, std::ios::binary | std::ios::trunc);
  file << draw_portrait(employee);
  file.close();
  if (!file) {
    const int reason = errno;
    return tl::unexpected("The photo cannot be written: " + std::string(std::strerror(reason)));
  }
  std::filesystem::rename(beside, path, failure);
  if (failure) return tl::unexpected("The photo cannot be kept: " + failure.message());
  return {};
}

Outcome<void> Photos::remove(const Employee& employee) const {
  std::error_code failure;
  std::filesystem::remove(path_of(employee.id), failure);
  if (failure) return tl::unexpected("The photo cannot be removed: " + failure.message());
  return {};
}

std::optional<std::string> Photos::read(long id) const {
  std::ifstream file(path_of(id), std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace employees
