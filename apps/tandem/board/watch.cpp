#include "board/watch.hpp"

#include <fmt/format.h>

#include "board/show.hpp"
#include "cli/screen.hpp"

namespace tandem::cli {

namespace {

Result<Board> read_now(Context& context) {
  context.close();
  TANDEM_TRY(auto* const store, context.open_for_reading());
  auto board = read_board(*store, context.connection_name(), machine_time());
  context.close();
  return board;
}

std::string drawn(Context& context, Result<Board> const& board, std::size_t width, std::chrono::seconds pause) {
  std::string text;
  Output out(
      {.colour_out = context.out().options().colour_out, .width = width}, [&](std::string_view piece) { text += piece; },
      [&](std::string_view piece) { text += piece; }, context.log().redactor());
  out.line(fmt::format("{}  every {}s, Ctrl-C ends", to_rfc3339_seconds(machine_time()), pause.count()), Style::faint);
  if (board) {
    print_board(out, *board);
  } else {
    out.error(board.error(), exit_code(board.error().kind));
  }
  return text;
}

}  // namespace

Result<int> watch_board(Context& context, std::chrono::seconds pause) {
  if (context.out().json())
    return fail(Error{
        ErrorKind::usage, "--watch draws for people", {{"cure", "for a program, run `tandem status --output json` each time"}}});
  if (!can_draw(context.environment())) {
    return fail(Error{ErrorKind::usage,
                      "--watch needs a terminal at stdout that text can be drawn on",
                      {{"cure", "without it, `tandem status` prints the same once"}}});
  }
  auto board = read_now(context);
  if (!board) return fail(std::move(board).error());
  {
    Screen screen;
    while (!stop_requested()) {
      auto const size = screen.size();
      if (!screen.draw(drawn(context, board, size.columns, pause))) break;  // the terminal is gone
      bool const stayed = context.clock().sleep_for(pause, [&] { return stop_requested() || screen.size() != size; });
      if (stayed) board = read_now(context);  // a changed window shows what is known in its new shape
    }
  }
  return stop_exit_code();
}

}  // namespace tandem::cli
