// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "client/cli/commands.h"

namespace slip::cli {
namespace {

struct Completed {
  std::string path;                // "branch create"; empty for the command itself
  std::vector<std::string> words;  // commands and options that may follow
  bool takes_container = false;
};

void collect(const Command& command, const std::string& path, std::vector<Completed>& out) {
  Completed here{.path = path, .words = {}};
  for (const auto& below : command.subcommands()) {
    here.words.push_back(below.name());
    collect(below, path.empty() ? below.name() : path + " " + below.name(), out);
  }
  const auto& options = command.option_names();
  here.words.insert(here.words.end(), options.begin(), options.end());
  const auto& arguments = command.argument_names();
  here.takes_container = !arguments.empty() && arguments.front() == "container";
  out.push_back(std::move(here));
}

std::string words_of(const Completed& completed) {
  std::string out;
  for (const auto& word : completed.words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string bash_script(const std::vector<Completed>& all, const std::string& global) {
  std::string cases;
  std::string paths;
  std::string with_container;
  for (const auto& one : all) {
    cases += fmt::format("    '{}') words='{}' ;;\n", one.path, words_of(one));
    paths += fmt::format("    '{}'\n", one.path);
    if (one.takes_container) {
      with_container += (with_container.empty() ? "'" : "|'") + one.path + "'";
    }
  }
  return R"(# Completion of slip for bash: source <(slip completion bash)
_slip() {
  local current=${COMP_WORDS[COMP_CWORD]} path='' others=0 i word words=''
  local paths=(
)" + paths +
         R"(  )
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    [[ $word == -* ]] && continue
    if [[ " ${paths[*]/#/|} " == *"|${path:+$path }$word"* ]] && ((others == 0)) &&
      printf '%s\n' "${paths[@]}" | grep -qxF -- "${path:+$path }$word"; then
      path="${path:+$path }$word"
    else
      others=$((others + 1))
    fi
  done
  case $path in
)" + cases +
         R"(  esac
  if [[ $current != -* ]] && ((others == 0)); then
    case $path in
)" +
         (with_container.empty()
              ? ""
              : "      " + with_container +
                    ") words=\"$words $(slip container list --names 2>/dev/null)\" ;;\n") +
         R"(    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words )" +
         global + R"(" -- "$current")
}
complete -F _slip slip
)";
}

std::string zsh_script(const std::string& bash) {
  return "# Completion of slip for zsh: source <(slip completion zsh)\n"
         "autoload -U +X compinit && compinit\n"
         "autoload -U +X bashcompinit && bashcompinit\n" +
         bash.substr(bash.find('\n') + 1);
}

std::string fish_script(const std::vector<Completed>& all, const std::string& global) {
  std::string out = R"(# Completion of slip for fish: slip completion fish | source
function __slip_at
    set -l words (commandline -opc)[2..-1]
    set -l plain (string match --invert -- '-*' $words)
    test "$plain" = "$argv"
end
complete --command slip --no-files
)";
  for (const auto& one : all) {
    out += fmt::format("complete --command slip --condition '__slip_at {}' --arguments '{} {}'\n",
                       one.path, words_of(one), global);
    if (one.takes_container) {
      out += fmt::format(
          "complete --command slip --condition '__slip_at {}' --arguments "
          "'(slip container list --names 2>/dev/null)'\n",
          one.path);
    }
  }
  return out;
}

}  // namespace

void add_completion(Command& slip) {
  const auto shell = arguments<std::string>();
  auto* command =
      slip.add_subcommand("completion", "A script that completes commands in your shell");
  command->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->one_of({"bash", "zsh", "fish"});
  const Command* root = &slip;
  command->on_chosen([shell, root](Session& session) -> Result<> {
    std::vector<Completed> all;
    collect(*root, "", all);
    const std::string global = "--json --no-wait --socket --url --help";
    const auto bash = bash_script(all, global);
    session.print(*shell == "bash"  ? bash
                  : *shell == "zsh" ? zsh_script(bash)
                                    : fish_script(all, global));
    return {};
  });
}

}  // namespace slip::cli
