// `tandem help`: topics, and the help of a command by its name.
#include <memory>

#include <fmt/format.h>

#include "cli/context.hpp"
#include "cli/help.hpp"
#include "cli/reference.hpp"
#include "cli/suggest.hpp"
#include "commands.hpp"

namespace tandem::cli {

void register_help(App& app) {
  auto words = std::make_shared<std::vector<std::string>>();
  std::string names;
  for (auto const& topic : topics()) names += std::string(topic.name) + ", ";
  names += "commands";
  app.command("help", "Explain a topic (" + names + ") or a command.")
      .arguments("TOPIC", *words, "A topic, or a command's name; without it the list of commands.")
      .example("tandem help exit-codes", "What each exit code means and what to do.")
      .example("tandem help items apply", "The same as tandem items apply --help.")
      .run([words, &app](Context& context) -> Result<int> {
        std::string asked;
        for (auto const& word : *words) asked += (asked.empty() ? "" : " ") + word;
        std::string text;
        std::vector<std::string> known;
        for (auto const& topic : topics()) {
          known.emplace_back(topic.name);
          if (topic.name == asked) text = topic.text();
        }
        known.emplace_back("commands");
        for (auto const& command : app.commands()) {
          if (!command->is_hidden()) known.push_back(command->path());
        }
        json::Object result{{"topic", asked}};
        if (asked == "commands") {
          text = commands_topic(app);
          result.set("commands", reference(app));
          result.set("everywhere", reference_of_globals());
        }
        if (asked.empty()) text = overview_help(app);
        if (auto const* const command = app.find(asked); text.empty() && command != nullptr) text = command_help(*command);
        if (text.empty()) text = group_help(app, asked);
        if (text.empty())
          return fail(ErrorKind::not_found, fmt::format("there is no help on {}{}", asked, did_you_mean(asked, known)));
        if (text.back() == '\n') text.pop_back();
        context.out().line(text);
        result.set("text", text);
        context.out().result(std::move(result));
        return 0;
      });
}

}  // namespace tandem::cli
